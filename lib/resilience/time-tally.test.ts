import { describe, expect, test } from "bun:test";
import { systemClock } from "../clock.ts";
import type { Tally } from "./tally.ts";
import { timeWindow } from "./window.ts";

const hour = 3_600_000;

function setUp(options: Partial<Parameters<typeof timeWindow>[0]> = {}, start = 0) {
  const time = { now: start, reads: 0 };
  const clock = { ...systemClock, now: () => (time.reads++, time.now) };
  const window = timeWindow({ duration: 10_000, failureRate: 0.5, minimumCalls: 5, ...options });
  return { time, tally: window.createTally(clock), another: () => window.createTally(clock) };
}

function failTimes(tally: Tally, times: number): readonly boolean[] {
  return Array.from({ length: times }, () => tally.fail(0));
}

/** Calls, failures and slow calls in the window. */
function totals(tally: Tally): readonly number[] {
  const saved = tally.snapshot();
  if (saved.kind !== "time") throw new Error(`is a tally of ${saved.kind}`);
  return saved.buckets.reduce<readonly number[]>(
    (sum, bucket) => sum.map((value, index) => value + (bucket[index] ?? 0)),
    [0, 0, 0],
  );
}

describe("a tally of the latest calls", () => {
  test("cockatiel C16: does not open an hour later because of failures long gone", () => {
    const { tally, time } = setUp();
    expect(failTimes(tally, 4)).toEqual([false, false, false, false]);
    time.now += hour;
    expect([tally.fail(0), totals(tally)]).toEqual([false, [1, 1, 0]]);
  });

  test.each([1, 2, 5, 9])(
    "cockatiel C16: forgets one bucket for each of %i that have passed, not one a call",
    (passed) => {
      const { tally, time } = setUp({ minimumCalls: 100 });
      for (let bucket = 0; bucket < 10; bucket++) {
        time.now = bucket * 1_000;
        tally.fail(0);
      }
      time.now += passed * 1_000;
      tally.succeed(0);
      expect(totals(tally)).toEqual([10 - passed + 1, 10 - passed, 0]);
    },
  );

  test("opossum O6, O14: keeps ten buckets of three numbers, not every latency, and looks at the clock once a call", () => {
    const { tally, time } = setUp({ minimumCalls: 1e6, slowCall: { duration: 1, rate: 1 } });
    const buckets: number[] = [];
    for (let call = 0; call < 100_000; call++) {
      time.now += 0.1;
      tally.fail(0);
    }
    const { reads } = time;
    const saved = tally.snapshot();
    if (saved.kind === "time") buckets.push(...saved.buckets.map((bucket) => bucket.length));
    expect([buckets, reads]).toEqual([Array.from({ length: 10 }, () => 3), 100_000]);
  });

  test("opossum O8: does not open on the first failure", () => {
    expect(failTimes(setUp().tally, 5)).toEqual([false, false, false, false, true]);
  });

  test("counts a call from its end on, for the duration to a tenth", () => {
    const { tally, time } = setUp({ minimumCalls: 1 }, 999);
    tally.fail(0);
    for (const [now, calls] of [
      [9_999, 1],
      [10_000, 0],
    ] as const) {
      time.now = now;
      expect(totals(tally)).toEqual([calls, calls, 0]);
    }
  });

  test("opens when enough calls are slow, though none failed, and counts one at the limit as quick", () => {
    const { tally, time } = setUp({ slowCall: { duration: 500, rate: 0.4 } });
    time.now = 2_000;
    const admittedAt = [1_500, 1_499, 2_000, 2_000, 1_499];
    expect(admittedAt.map((at) => tally.succeed(at))).toEqual([false, false, false, false, true]);
    expect(totals(tally)).toEqual([5, 0, 2]);
  });

  test("does not open at a quick success, though the rate be reached", () => {
    const { tally } = setUp();
    failTimes(tally, 4);
    expect([tally.succeed(0), tally.fail(0)]).toEqual([false, true]);
  });

  test("counts into its newest bucket when the clock goes back, and forgets nothing", () => {
    const { tally, time } = setUp({}, hour);
    tally.fail(0);
    time.now -= 5_000;
    tally.fail(0);
    time.now += 5_000;
    expect(totals(tally)).toEqual([2, 2, 0]);
  });

  test("starts at any origin of the clock, before 0 too", () => {
    const { tally, time } = setUp({}, -5_500);
    tally.fail(0);
    time.now = 3_999;
    expect(totals(tally)).toEqual([1, 1, 0]);
    time.now = 4_000;
    expect(totals(tally)).toEqual([0, 0, 0]);
  });

  test("goes on from a snapshot with what is not too old", () => {
    const { tally, time, another } = setUp();
    failTimes(tally, 2);
    time.now = 6_000;
    failTimes(tally, 2);
    const saved = tally.snapshot();
    time.now = 11_000;
    const restored = another();
    restored.restore(saved, 5_000);
    expect([totals(restored), restored.fail(0)]).toEqual([[2, 2, 0], false]);
    time.now = 16_000;
    expect(totals(restored)).toEqual([1, 1, 0]);
  });

  test("starts empty after a snapshot of a window of another duration or kind", () => {
    const { tally } = setUp();
    tally.restore({ kind: "time", duration: 20_000, buckets: [[3, 3, 0]] }, 0);
    tally.restore({ kind: "consecutive", failures: 4 }, 0);
    expect(totals(tally)).toEqual([0, 0, 0]);
  });
});
