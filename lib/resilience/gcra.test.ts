import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { Gcra } from "./gcra.ts";

const paces = fc.record({
  limit: fc.integer({ min: 1, max: 1_000 }),
  per: fc.integer({ min: 1, max: 10_000 }),
  burst: fc.integer({ min: 1, max: 20 }),
});

/** Milliseconds between requests. */
const gaps = fc.array(fc.nat(30), { minLength: 1, maxLength: 80 });

describe("Gcra", () => {
  test("lets a burst through and then one call for each interval", () => {
    const gcra = new Gcra({ limit: 10, per: 1_000, burst: 3 }, 10);
    const delays: number[] = [];
    for (let call = 0; call < 5; call++) {
      delays.push(gcra.delay("k", 0, 0));
      if (delays.at(-1) === 0) gcra.take("k", 0);
    }
    expect(delays).toEqual([0, 0, 0, 100, 100]);
    expect([gcra.delay("k", 99, 0), gcra.delay("k", 100, 0), gcra.delay("k", 0, 2)]).toEqual([1, 0, 300]);
  });

  test("never lets in more than the burst and what the rate allows, in any stretch of time", () => {
    fc.assert(
      fc.property(paces, gaps, (pace, steps) => {
        const gcra = new Gcra(pace, 10);
        const admitted: number[] = [];
        let now = 0;
        for (const gap of steps) {
          now += gap;
          if (gcra.delay("k", now, 0) > 0) continue;
          gcra.take("k", now);
          admitted.push(now);
        }
        for (const [from, start] of admitted.entries()) {
          for (const [to, end] of admitted.entries()) {
            const most = pace.burst * pace.per + pace.limit * (end - start);
            if (to >= from && (to - from + 1) * pace.per > most) throw new Error(`too many from ${start} to ${end}`);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("says exactly when a call may come: not a millisecond sooner, and no later", () => {
    fc.assert(
      fc.property(paces, gaps, fc.nat(3), (pace, steps, ahead) => {
        const gcra = new Gcra(pace, 10);
        let now = 0;
        for (const gap of steps) {
          now += gap;
          const delay = Math.ceil(gcra.delay("k", now, 0));
          expect(gcra.delay("k", now + delay, 0)).toBe(0);
          if (delay > 0) expect(gcra.delay("k", now + delay - 1, 0)).toBeGreaterThan(0);
          if (delay === 0) gcra.take("k", now);
        }
        // What it says of a place in line comes true when those ahead come as soon as they may.
        const promised = now + gcra.delay("k", now, ahead);
        let time = now;
        for (let call = 0; call < ahead; call++) {
          time += gcra.delay("k", time, 0);
          gcra.take("k", time);
        }
        expect(time + gcra.delay("k", time, 0)).toBeCloseTo(promised, 6);
      }),
      { numRuns: 2_000 },
    );
  });

  test("keeps the rate for hours with an interval that is no round number", () => {
    const gcra = new Gcra({ limit: 3, per: 1_000, burst: 1 }, 10);
    let now = 1e9;
    for (let call = 0; call < 30_000; call++) {
      now += Math.ceil(gcra.delay("k", now, 0));
      gcra.take("k", now);
    }
    expect(now).toBe(1e9 + 29_999 * 334);
  });

  test("keeps keys apart and forgets those that owe nothing", () => {
    const gcra = new Gcra({ limit: 1, per: 10, burst: 1 }, 100);
    for (let key = 0; key < 50; key++) gcra.take(`${key}`, 0);
    expect([gcra.delay("7", 0, 0), gcra.delay("x", 0, 0), gcra.size]).toEqual([10, 0, 50]);
    for (let key = 50; key < 60; key++) gcra.take(`${key}`, 10);
    expect(gcra.size).toBeLessThanOrEqual(10);
    expect(gcra.delay("59", 10, 0)).toBe(10);
  });

  test("holds no more keys than it may, and lets go of those that owe least", () => {
    const gcra = new Gcra({ limit: 1, per: 1_000, burst: 100 }, 5);
    for (const key of ["a", "b", "c", "d", "e"]) {
      for (let call = 0; call < (key === "b" ? 2 : 50); call++) gcra.take(key, 0);
    }
    for (let key = 0; key < 100; key++) {
      gcra.take(`new ${key}`, 0);
      expect(gcra.size).toBeLessThanOrEqual(5);
    }
    const remembered = ["a", "b", "c", "d", "e"].filter((key) => gcra.delay(key, 0, 60) > 0);
    expect(remembered).toEqual(["a", "c", "d", "e"]);
  });
});
