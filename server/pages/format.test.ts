import { describe, expect, test } from "bun:test";
import { countText, durationText, timeText, valueText } from "./format.js";

describe("durationText()", () => {
  test.each([
    [0, "0 ms"],
    [999, "999 ms"],
    [1_234, "1.2 s"],
    [59_400, "59 s"],
    [192_000, "3 min 12 s"],
    [7_500_000, "2 h 5 min"],
    [273_600_000, "3 d 4 h"],
  ])("writes %d as %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});

describe("valueText()", () => {
  test("gives a string as it is, and all else as JSON", () => {
    expect(["<b>", { a: [1] }, null].map(valueText)).toEqual(["<b>", '{\n  "a": [\n    1\n  ]\n}', "null"]);
  });
});

test("timeText() writes a time as people of here do, and countText() what there is one or many of", () => {
  expect(timeText("2026-03-01T09:00:00.000Z")).toContain("2026");
  expect([countText(1, "attempt"), countText(2, "attempt")]).toEqual(["1 attempt", "2 attempts"]);
});
