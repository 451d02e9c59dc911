import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { type LimitSettings, type LimitState, nextLimit, type Round } from "./gradient-limit.ts";

const settings: LimitSettings = { min: 1, max: 200, smoothing: 0.2, longWindow: 600, tolerance: 1.5 };
const known: LimitState = { limit: 40, usual: 100, rounds: 600 };

function round(over: Partial<Round>): Round {
  return { latency: 100, failureShare: 0, mostActive: 40, ...over };
}

function limitAfter(over: Partial<Round>, state = known): number {
  return nextLimit(state, round(over), settings).limit;
}

describe("nextLimit()", () => {
  test("grows by a part of the allowance while latency is within tolerance", () => {
    expect([limitAfter({}), limitAfter({ latency: 10 }), limitAfter({ latency: 150 })]).toEqual([40.8, 40.8, 40.8]);
  });

  test("shrinks with the latency beyond that, towards a half at most", () => {
    expect(limitAfter({ latency: 200 })).toBeCloseTo(40 - 0.2 * 10);
    expect(limitAfter({ latency: 100_000 })).toBeCloseTo(40 - 0.2 * 20);
  });

  test("Netflix/concurrency-limits#134: does not creep up while calls take somewhat too long", () => {
    let state = known;
    for (let count = 0; count < 30; count++) {
      state = nextLimit(state, round({ latency: 1.25 * 150, mostActive: Math.floor(state.limit) }), settings);
    }
    expect(state.limit).toBeCloseTo(40 * 0.96 ** 30);
  });

  test("shrinks with the share of failures, to a half when all fail", () => {
    expect(limitAfter({ failureShare: 1, latency: undefined })).toBe(20);
    expect(limitAfter({ failureShare: 0.5 })).toBeCloseTo(40.8 * 0.75);
  });

  test("Netflix/concurrency-limits#137: shrinks under timeouts that always take the same time, and learns nothing", () => {
    let state = known;
    for (let count = 0; count < 10; count++) {
      state = nextLimit(state, { latency: undefined, failureShare: 1, mostActive: 40 }, settings);
    }
    expect(state).toEqual({ ...known, limit: 1 });
  });

  test("stays where it is while less than half of it is used, unless most calls fail", () => {
    const idle = { mostActive: 19 };
    expect([limitAfter(idle), limitAfter({ ...idle, latency: 900 })]).toEqual([40, 40]);
    expect([limitAfter({ ...idle, failureShare: 0.4 }), limitAfter({ ...idle, failureShare: 1 })]).toEqual([40, 20.4]);
  });

  test("averages the first ten rounds, and follows slowly from then on", () => {
    let state: LimitState = { limit: 40, usual: 0, rounds: 0 };
    for (const latency of [100, 120, 140]) state = nextLimit(state, round({ latency }), settings);
    expect(state).toMatchObject({ usual: 120, rounds: 3 });
    const { usual, rounds } = nextLimit(known, round({ latency: 401, mostActive: 30 }), settings);
    expect([usual, rounds]).toEqual([expect.closeTo(100 + (301 * 2) / 601), 600]);
  });

  test("takes no latency for usual that a full house has had, unless the house is as small as a queue may be", () => {
    expect(nextLimit(known, round({ latency: 300 }), settings).usual).toBe(100);
    const small = { ...known, limit: 5 };
    expect(nextLimit(small, round({ latency: 300, mostActive: 5 }), settings).usual).toBeCloseTo(120);
  });

  test("forgets faster what is more than twice too long", () => {
    expect(nextLimit({ ...known, usual: 1_000 }, round({}), settings).usual).toBe(950);
  });

  test("stays within bounds and finite, whatever rounds tell", () => {
    const anyRound = fc.record({
      latency: fc.option(fc.double({ min: 0, max: 1e7, noNaN: true }), { nil: undefined }),
      failureShare: fc.double({ min: 0, max: 1, noNaN: true }),
      mostActive: fc.integer({ min: 1, max: 300 }),
    });
    const bounds = fc.record({ min: fc.integer({ min: 1, max: 50 }), extra: fc.nat(100) });
    fc.assert(
      fc.property(bounds, fc.array(anyRound, { maxLength: 100 }), ({ min, extra }, rounds) => {
        const own = { ...settings, min, max: min + extra };
        let state: LimitState = { limit: min, usual: 0, rounds: 0 };
        for (const one of rounds) {
          state = nextLimit(state, one, own);
          expect(state.limit >= min && state.limit <= min + extra).toBe(true);
          expect(state.usual >= 0 && state.usual <= 1e7).toBe(true);
        }
      }),
    );
  });
});
