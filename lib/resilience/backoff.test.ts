import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { seededRandom } from "../clock.ts";
import { constantBackoff, delays, exponentialBackoff, type Jitter } from "./backoff.ts";

const middle = () => 0.5;
const jitters: Jitter[] = ["none", "full", "equal", "decorrelated", { randomizationFactor: 0.5 }];

describe("exponentialBackoff()", () => {
  test("waits 1 s, 2 s and 4 s on average by default", () => {
    const backoff = exponentialBackoff();
    expect([1, 2, 3].map((attempt) => backoff({ attempt, previousDelay: 0 }, middle))).toEqual([1_000, 2_000, 4_000]);
  });

  test.each([1, 2, 3])(
    "spreads 100,000 draws after attempt %i evenly over [0.5, 1.5) of the nominal delay",
    (attempt) => {
      const nominal = 1_000 * 2 ** (attempt - 1);
      const random = seededRandom(`histogram ${attempt}`);
      const backoff = exponentialBackoff();
      const buckets = Array.from({ length: 20 }, () => 0);
      let sum = 0;
      for (let draw = 0; draw < 100_000; draw++) {
        const delay = backoff({ attempt, previousDelay: 0 }, random);
        sum += delay;
        const bucket = Math.floor((delay / nominal - 0.5) * 20);
        buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      }
      const chiSquare = buckets.reduce((total, count) => total + (count - 5_000) ** 2 / 5_000, 0);
      expect([buckets.length, buckets.reduce((total, count) => total + count)]).toEqual([20, 100_000]);
      // The 99.9 % quantile for 19 degrees of freedom.
      expect(chiSquare).toBeLessThan(43.8);
      expect(Math.abs(sum / 100_000 / nominal - 1)).toBeLessThan(0.01);
    },
  );

  test.each([
    ["none", 1_000, 1_000],
    ["full", 0, 999],
    ["equal", 500, 999],
    ["decorrelated", 1_000, 2_999],
    [{ randomizationFactor: 0.25 }, 750, 1_249],
  ] as const)("draws the first delay with jitter %j from %i to %i ms", (jitter, least, most) => {
    const backoff = exponentialBackoff({ jitter });
    const first = { attempt: 1, previousDelay: 0 };
    expect([backoff(first, () => 0), backoff(first, () => 1 - 2 ** -32)]).toEqual([least, most]);
  });

  test("keeps late attempts spread below the cap instead of gathering them on it", () => {
    for (const jitter of ["full", "equal", "decorrelated", { randomizationFactor: 0.5 }] as const) {
      const random = seededRandom("cap");
      const backoff = exponentialBackoff({ maxDelay: 8_000, jitter });
      const drawn = Array.from({ length: 1_000 }, () => backoff({ attempt: 10, previousDelay: 8_000 }, random));
      expect(Math.max(...drawn)).toBeLessThan(8_000);
      expect(drawn.filter((delay) => delay > 7_900).length).toBeLessThan(60);
      expect(new Set(drawn).size).toBeGreaterThan(800);
    }
  });

  test("gives whole, finite delays within the cap for any options, attempt and draw", () => {
    const options = fc.record({
      base: fc.double({ min: 0, max: 100, noNaN: true }),
      factor: fc.double({ min: 1, max: Number.MAX_VALUE, noNaN: true }),
      maxDelay: fc.double({ min: 100, max: 2 ** 31 - 1, noNaN: true }),
      jitter: fc.constantFrom(...jitters),
    });
    const property = fc.property(
      options,
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      (given, attempt, draw, previousDelay) => {
        const delay = exponentialBackoff(given)({ attempt, previousDelay }, () => draw);
        return Number.isInteger(delay) && delay >= 0 && delay <= given.maxDelay;
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });

  test.each([
    [{ base: -1 }, "base must be a number >= 0 and <= 30000, got -1"],
    [{ base: 40_000 }, "base must be a number >= 0 and <= 30000, got 40000"],
    [{ base: Number.NaN }, "base must be a number >= 0 and <= 30000, got NaN"],
    [{ factor: 0.5 }, `factor must be a number >= 1 and <= ${Number.MAX_VALUE}, got 0.5`],
    [{ maxDelay: Infinity }, "maxDelay must be a number >= 0 and <= 2147483647, got Infinity"],
    [{ jitter: { randomizationFactor: 1.5 } }, "randomizationFactor must be a number >= 0 and <= 1, got 1.5"],
  ])("rejects %j when created", (options, message) => {
    expect(() => exponentialBackoff(options)).toThrow(new RangeError(`Cannot create backoff: ${message}`));
  });
});

describe("constantBackoff()", () => {
  test("gives the same nominal delay after every attempt", () => {
    const plain = constantBackoff(250);
    const jittered = constantBackoff(250, { randomizationFactor: 0.2 });
    expect([1, 9].map((attempt) => plain({ attempt, previousDelay: 0 }, middle))).toEqual([250, 250]);
    expect([0, 0.5].map((draw) => jittered({ attempt: 3, previousDelay: 0 }, () => draw))).toEqual([200, 250]);
  });

  test("rejects a delay that jitter could lift over what a timer can hold", () => {
    expect(() => constantBackoff(2 ** 31 - 1, { randomizationFactor: 1 })).toThrow(RangeError);
    expect(() => constantBackoff(-1)).toThrow(RangeError);
  });
});

describe("delays()", () => {
  test("gives its delays in order and repeats the last one", () => {
    const sequence = [10, 20, 30.7];
    const backoff = delays(sequence);
    sequence[0] = 99;
    expect([1, 2, 3, 4].map((attempt) => backoff({ attempt, previousDelay: 0 }, middle))).toEqual([10, 20, 30, 30]);
  });

  test.each([[[]], [[1, -1]], [[Number.NaN]]])("rejects the sequence %j", (sequence) => {
    expect(() => delays(sequence)).toThrow(RangeError);
  });
});
