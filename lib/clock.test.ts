import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { maxTimerMs, systemClock, timeOrderedIds } from "./clock.ts";

describe("systemClock", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test("fires once after a delay that is longer than a runtime's timer takes", () => {
    let fired = 0;
    systemClock.timer(2 * maxTimerMs + 5, () => fired++);
    jest.advanceTimersByTime(maxTimerMs);
    jest.advanceTimersByTime(maxTimerMs);
    jest.advanceTimersByTime(4);
    expect(fired).toBe(0);
    jest.advanceTimersByTime(1);
    expect(fired).toBe(1);
  });

  test("does not fire a timer that was disposed of on the way", () => {
    let fired = 0;
    const timer = systemClock.timer(maxTimerMs + 5, () => fired++, { unref: true });
    jest.advanceTimersByTime(maxTimerMs);
    timer[Symbol.dispose]();
    jest.advanceTimersByTime(10);
    expect(fired).toBe(0);
  });
});

describe("timeOrderedIds()", () => {
  test("gives UUIDs of version 7 that begin with the time", () => {
    const id = timeOrderedIds(() => Date.UTC(2022, 1, 22, 19, 22, 22))();
    expect(id).toMatch(/^017f22e2-79b0-7000-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test("sorts them as they were made, within a millisecond, past its room, and when the clock is set back", () => {
    let now = 1_000;
    const newId = timeOrderedIds(() => now);
    const ids = Array.from({ length: 10_000 }, newId);
    now = 1;
    ids.push(newId());
    now = 2_000;
    ids.push(newId());
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
