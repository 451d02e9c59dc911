import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { parseExpression } from "./expression.ts";
import { shortestNumber, shortestString } from "./shortest-literal.ts";

function valueOf(source: string): unknown {
  const { expression } = parseExpression(source);
  return expression?.kind === "value" ? expression.value : undefined;
}

describe("shortestNumber()", () => {
  test.each([
    [1e21, "1e21"],
    [12_000, "12e3"],
    [-1_000, "-1e3"],
    [0.5, "0.5"],
    [0.000_001, "1e-6"],
    [0, "0"],
    [123, "123"],
  ])("writes %p as %p", (value, text) => {
    expect(shortestNumber(value)).toBe(text);
  });

  test("writes what reads as the same number, no longer than the runtime does", () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger()), (value) => {
        const text = shortestNumber(value + 0);
        expect(valueOf(text)).toBe(value + 0);
        expect(text.length).toBeLessThanOrEqual(String(value + 0).length);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("shortestString()", () => {
  test("writes what reads as the same text with one character more for each that needs it", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 20 }),
        fc.constantFrom("", "'", '"', "\\", `'"`),
        (text, more) => {
          const written = shortestString(text + more);
          expect(valueOf(written)).toBe(text + more);
        },
      ),
      { numRuns: 3_000 },
    );
    expect(shortestString("it's")).toBe(`"it's"`);
    expect(shortestString('say "hi"')).toBe(`'say "hi"'`);
  });
});
