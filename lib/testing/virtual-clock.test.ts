import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { rejectionOf } from "./rejection-of.ts";
import { VirtualClock } from "./virtual-clock.ts";

describe("VirtualClock", () => {
  test("stands still until it is moved", async () => {
    const clock = new VirtualClock({ wall: 5_000 });
    await Promise.resolve();
    expect([clock.now(), clock.wall()]).toEqual([0, 5_000]);
    await clock.advance(1.5);
    expect([clock.now(), clock.wall()]).toEqual([1.5, 5_001.5]);
  });

  test("fires timers in the order of time, and of arming where times are equal", async () => {
    const delays = fc.array(fc.nat(20), { maxLength: 60 });
    const property = fc.asyncProperty(delays, fc.nat(25), async (all, advance) => {
      const clock = new VirtualClock();
      const fired: [number, number][] = [];
      all.forEach((ms, index) => clock.timer(ms, () => fired.push([clock.now(), index])));
      await clock.advance(advance);
      const due = all.map((ms, index): [number, number] => [ms, index]).filter(([ms]) => ms <= advance);
      expect(fired).toEqual(due.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
      expect([clock.now(), clock.pending]).toEqual([advance, all.length - due.length]);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  test("moves to the next timer that is armed, and says when there is none", async () => {
    const clock = new VirtualClock();
    clock.timer(5, () => undefined)[Symbol.dispose]();
    clock.timer(Infinity, () => undefined);
    const slept = clock.sleep(7);
    expect(clock.sleeping).toBe(1);
    expect([await clock.next(), clock.now(), clock.sleeping]).toEqual([true, 7, 0]);
    await slept;
    expect([await clock.next(), clock.now()]).toEqual([false, 7]);
  });

  test("fires timers that are armed on the way, at their own time", async () => {
    const clock = new VirtualClock();
    const log: unknown[] = [];
    const work = async (): Promise<void> => {
      for (const ms of [10, 0, 5]) {
        await clock.sleep(ms);
        await Promise.resolve();
        log.push(clock.now());
      }
    };
    clock.timer(12, () => log.push("timer"));
    const done = work();
    await clock.advance(20);
    await done;
    expect([log, clock.now(), clock.pending]).toEqual([[10, 10, "timer", 15], 20, 0]);
  });

  test("runs continuations that were ready before it moved", async () => {
    const clock = new VirtualClock();
    const woken = Promise.resolve()
      .then(() => clock.sleep(5))
      .then(() => clock.now());
    await clock.advance(10);
    expect(await woken).toBe(5);
  });

  test("does not fire what was disposed, not even by a timer of the same time", async () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    const timers = ["a", "b", "c"].map((name) => clock.timer(5, () => fired.push(name)));
    timers[0]?.[Symbol.dispose]();
    timers[0]?.[Symbol.dispose]();
    clock.timer(4, () => timers[2]?.[Symbol.dispose]());
    expect(clock.pending).toBe(3);
    await clock.advance(5);
    expect([fired, clock.pending]).toEqual([["b"], 0]);
  });

  test("ends a sleep with the reason of its signal and disarms the timer", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const sleep = clock.sleep(10, controller.signal);
    controller.abort("stop");
    expect(await rejectionOf(sleep)).toBe("stop");
    expect(clock.pending).toBe(0);
  });

  test("jumps on the wall without moving timers", async () => {
    const clock = new VirtualClock({ wall: 1_000 });
    let fired = false;
    clock.timer(10, () => (fired = true));
    await clock.advance(4);
    clock.setWall(500);
    expect([clock.now(), clock.wall()]).toEqual([4, 500]);
    await clock.advance(5);
    expect([fired, clock.wall()]).toEqual([false, 505]);
    await clock.advance(1);
    expect(fired).toBe(true);
  });

  test("rejects with what a timer throws, at its time", async () => {
    const clock = new VirtualClock();
    clock.timer(3, () => {
      throw new Error("timer");
    });
    expect(await rejectionOf(clock.advance(10))).toMatchObject({ message: "timer" });
    expect([clock.now(), clock.pending]).toEqual([3, 0]);
  });

  test.each([-1, Number.NaN, Infinity])("cannot be advanced by %p", async (ms) => {
    expect(await rejectionOf(new VirtualClock().advance(ms))).toBeInstanceOf(RangeError);
  });

  test("never fires a timer of Infinity", async () => {
    const clock = new VirtualClock();
    let fired = false;
    clock.timer(Infinity, () => (fired = true));
    await clock.advance(Number.MAX_SAFE_INTEGER);
    expect([fired, clock.pending]).toEqual([false, 1]);
  });
});
