import { describe, expect, test } from "bun:test";
import { systemClock } from "../clock.ts";
import type { Tally } from "./tally.ts";
import { countWindow } from "./window.ts";

function tallyOf(options: Parameters<typeof countWindow>[0]): Tally {
  return countWindow(options).createTally(systemClock);
}

/** At which of these calls the tally says to open, `x` being a failure and `.` a success. */
function openings(tally: Tally, calls: string): readonly number[] {
  return calls.split("").flatMap((call, index) => ((call === "x" ? tally.fail(0) : tally.succeed(0)) ? [index] : []));
}

describe("a tally of the last calls", () => {
  test("opens at the rate and not below", () => {
    expect(openings(tallyOf({ size: 4, failureRate: 0.5 }), "...x.x")).toEqual([5]);
    expect(openings(tallyOf({ size: 4, failureRate: 1 }), "xxx.xxxx")).toEqual([7]);
  });

  test("says nothing before there are enough calls", () => {
    expect(openings(tallyOf({ size: 10, failureRate: 0.5, minimumCalls: 3 }), "xxx")).toEqual([2]);
    expect(openings(tallyOf({ size: 4, failureRate: 0.5 }), "xxxx")).toEqual([3]);
  });

  test("lets a new call take the place of the oldest", () => {
    expect(openings(tallyOf({ size: 3, failureRate: 0.6 }), "xx....x..x.x")).toEqual([11]);
  });

  test("does not open at a success, though the rate be reached", () => {
    expect(openings(tallyOf({ size: 3, failureRate: 0.5 }), "xx.")).toEqual([]);
  });

  test("takes a rate for what it says: 7 of 100 are 0.07", () => {
    expect(openings(tallyOf({ size: 100, failureRate: 0.07 }), `${".".repeat(93)}xxxxxxx`)).toEqual([99]);
  });

  test("goes on from the newest calls of a snapshot, whatever its size was", () => {
    const big = tallyOf({ size: 5, failureRate: 1 });
    openings(big, "...xx.xx");
    expect(big.snapshot()).toEqual({ kind: "count", outcomes: "11011" });
    const small = tallyOf({ size: 3, failureRate: 1 });
    small.restore(big.snapshot(), 0);
    expect([small.snapshot(), openings(small, "x")]).toEqual([{ kind: "count", outcomes: "011" }, [0]]);
  });

  test("starts empty after a snapshot of another kind of window, and after being cleared", () => {
    const tally = tallyOf({ size: 2, failureRate: 1 });
    tally.restore({ kind: "consecutive", failures: 2 }, 0);
    expect(openings(tally, "x")).toEqual([]);
    tally.clear();
    expect([tally.snapshot(), openings(tally, "xx")]).toEqual([{ kind: "count", outcomes: "" }, [1]]);
  });
});
