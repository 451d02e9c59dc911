import { describe, expect, test } from "bun:test";
import { deepFreeze } from "./freeze.ts";

describe("deepFreeze()", () => {
  test("freezes every level, also below what is frozen already", () => {
    const inner = { a: 1 };
    const tree = deepFreeze({ list: Object.freeze([inner]) });
    expect([tree, tree.list, inner].map((node) => Object.isFrozen(node))).toEqual([true, true, true]);
  });
});
