import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { Activity } from "./activity.ts";

describe("Activity", () => {
  test("counts from the end of the last request", async () => {
    const clock = new VirtualClock();
    const activity = new Activity(clock);
    await clock.advance(100);
    expect(activity.idleMs(false)).toBe(100);
    activity.begin();
    activity.begin();
    await clock.advance(50);
    activity.end();
    await clock.advance(50);
    expect(activity.idleMs(false)).toBe(0);
    activity.end();
    await clock.advance(7);
    expect(activity.idleMs(false)).toBe(7);
  });

  test("counts other work until it is found to have ended", async () => {
    const clock = new VirtualClock();
    const activity = new Activity(clock);
    await clock.advance(100);
    expect(activity.idleMs(true)).toBe(0);
    await clock.advance(100);
    expect(activity.idleMs(false)).toBe(0);
    await clock.advance(100);
    expect(activity.idleMs(false)).toBe(100);
  });
});
