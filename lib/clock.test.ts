import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { maxTimerMs, systemClock } from "./clock.ts";

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
