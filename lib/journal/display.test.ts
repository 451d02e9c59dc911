import { describe, expect, test } from "bun:test";
import { displayValue } from "./display.ts";

describe("displayValue()", () => {
  test("leaves a value of exactly the limit alone", () => {
    const value = "x".repeat(8_190);
    expect(displayValue(value)).toBe(value);
    expect(displayValue(`${value}x`)).toBe(`"${"x".repeat(8_191)}[truncated]`);
  });

  test("cuts between characters, never inside one", () => {
    expect(displayValue("ééé", 4)).toBe('"é[truncated]');
    expect(displayValue("😀", 4)).toBe('"[truncated]');
  });

  test("counts bytes as JSON writes them", () => {
    expect(displayValue("\u0001".repeat(10), 20)).toBe(
      String.raw`"${String.raw`\u0001`.repeat(3)}`.concat("\\[truncated]"),
    );
  });
});
