import { describe, expect, test } from "bun:test";
import { timeOrderedIds } from "./new-id.ts";

describe("timeOrderedIds()", () => {
  test("gives UUIDs of version 7 that begin with the time", () => {
    const id = timeOrderedIds(() => Date.UTC(2022, 1, 22, 19, 22, 22))();
    expect(id).toMatch(/^017f22e2-79b0-7000-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test("sorts them as they were made, within a millisecond, past its room, and when the clock is set back", () => {
    let now = 1_000;
    const newId = timeOrderedIds(() => now);
    const ids = Array.from({ length: 10_000 }, newId);
    now = 1;
    ids.push(newId());
    now = 2_000;
    ids.push(newId());
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
