import { describe, expect, test } from "bun:test";
import { builtInAgents } from "./built-in.ts";
import { helloWorld } from "./hello-world.ts";
import { withBuiltIns } from "./with-built-ins.ts";

describe("withBuiltIns()", () => {
  test("adds the built-in agents", () => {
    expect(withBuiltIns([]).find("@orchestr8/hello-world")).toBe(helloWorld);
  });

  test("takes the same agent twice", () => {
    expect(new Set(withBuiltIns([helloWorld, helloWorld]))).toEqual(new Set(builtInAgents));
  });

  test("lets another copy of a built-in agent take its place", () => {
    const copy = { ...helloWorld };
    expect(withBuiltIns([copy]).find("@orchestr8/hello-world")).toBe(copy);
  });
});
