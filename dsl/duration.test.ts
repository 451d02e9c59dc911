import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import {
  formatDuration,
  isDuration,
  isPositiveDuration,
  isWait,
  maxWaitMs,
  parseDuration,
  parseWait,
} from "./duration.ts";

describe("parseDuration()", () => {
  test.each([
    [0, 0],
    [1.4, 1],
    ["0s", 0],
    ["500ms", 500],
    ["1.5s", 1_500],
    ["5m", 300_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
    [2 ** 31 - 1, 2 ** 31 - 1],
  ])("reads %p as %p ms", (given, expected) => {
    expect(parseDuration(given)).toBe(expected);
    expect(isDuration(given)).toBe(true);
  });

  test.each([
    "",
    "s",
    "5",
    "5 s",
    "-1s",
    "1e3s",
    "5S",
    "5sec",
    "1m30s",
    " 5s",
    "999999999999999d",
    "25d",
    2 ** 31,
    -1,
    Number.NaN,
    Infinity,
  ])("refuses %p without repeating it", (given) => {
    expect(() => parseDuration(given)).toThrow(
      new RangeError(
        'Cannot parse duration: it must be milliseconds >= 0 or text such as "500ms", "30s", "5m", "2h" or "1d", up to 24 days',
      ),
    );
    expect(isDuration(given)).toBe(false);
  });
});

describe("formatDuration()", () => {
  test("gives the largest unit that fits without a rest", () => {
    expect([0, 1, 1_500, 90_000, 120_000, 86_400_000].map(formatDuration)).toEqual([0, 1, 1_500, "90s", "2m", "1d"]);
  });

  test("gives what reads back as the same duration", () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(1, 1_000, 60_000), (amount, unit) => {
        const milliseconds = Math.floor(amount / unit) * unit;
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});

test("isPositiveDuration() leaves out what rounds to nothing", () => {
  expect([1, "1s", 0, "0s", 0.4, -1, "x"].map(isPositiveDuration)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

describe("parseWait()", () => {
  test("reads times up to ten years, past the longest timer", () => {
    const given = [0.6, "1s", "25d", "3653d", maxWaitMs];
    expect(given.map(parseWait)).toEqual([1, 1_000, 2_160_000_000, maxWaitMs, maxWaitMs]);
    expect(given.map(isWait)).toEqual([true, true, true, true, true]);
    expect(formatDuration(maxWaitMs)).toBe("3653d");
  });

  test.each([0, "0s", 0.4, -1, "3654d", maxWaitMs + 1, Number.NaN, Infinity, "5", ""])("refuses %p", (given) => {
    expect(isWait(given)).toBe(false);
    expect(() => parseWait(given)).toThrow(
      new RangeError(
        'Cannot parse duration: it must be a duration above 0 such as 500, "30s" or "7d", up to 3653 days',
      ),
    );
  });
});
