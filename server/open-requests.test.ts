import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { OpenRequests } from "./open-requests.ts";

describe("OpenRequests", () => {
  test("counts from the end of the last request", async () => {
    const clock = new VirtualClock();
    const open = new OpenRequests(clock);
    await clock.advance(100);
    expect(open.idleMs(false)).toBe(100);
    open.begin();
    open.begin();
    await clock.advance(50);
    open.end();
    await clock.advance(50);
    expect(open.idleMs(false)).toBe(0);
    open.end();
    await clock.advance(7);
    expect(open.idleMs(false)).toBe(7);
  });

  test("counts other work until it is found to have ended", async () => {
    const clock = new VirtualClock();
    const open = new OpenRequests(clock);
    await clock.advance(100);
    expect(open.idleMs(true)).toBe(0);
    await clock.advance(100);
    expect(open.idleMs(false)).toBe(0);
    await clock.advance(100);
    expect(open.idleMs(false)).toBe(100);
  });
});
