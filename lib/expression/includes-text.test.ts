import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { includesText } from "./includes-text.ts";

describe("includesText()", () => {
  test("finds what the runtime's own search finds", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "ab", "\u{1F600}"), { maxLength: 200 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, text, fc.nat(200), fc.integer({ min: 33, max: 80 }), (whole, other, from, length) => {
        const part = whole.slice(from, from + length);
        expect(includesText(whole, part)).toBe(true);
        expect(includesText(whole, other)).toBe(whole.includes(other));
        expect(includesText(whole + whole, `${part}b`)).toBe((whole + whole).includes(`${part}b`));
      }),
      { numRuns: 3_000 },
    );
  });

  test("does not grow with the product of both lengths", () => {
    const half = "a".repeat(200_000);
    expect(includesText("a".repeat(2_000_000), `${half}b${half}`)).toBe(false);
  });
});
