import { describe, expect, test } from "bun:test";
import { nearest } from "./nearest.ts";

const names = ["fetch", "clean", "summarize", "load", "a"];

describe("nearest()", () => {
  test.each([
    ["fecth", "fetch"],
    ["Fetch", "fetch"],
    ["cleen", "clean"],
    ["summarise", "summarize"],
    ["sumarizee", "summarize"],
    ["lod", "load"],
    ["A", "a"],
    ["b", undefined],
    ["publish", undefined],
    ["", undefined],
    ["xyz", undefined],
  ])("takes %p for %p", (name, expected) => {
    expect(nearest(name, names)).toBe(expected);
  });

  test("allows a mistake for the letters that are missing, too", () => {
    expect(nearest("rn", ["validate", "run"])).toBe("run");
  });

  test("prefers the closer candidate over the earlier one", () => {
    expect(nearest("results", ["rezulty", "result"])).toBe("result");
  });
});
