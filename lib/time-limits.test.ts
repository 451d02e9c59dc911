import { describe, expect, test } from "bun:test";
import { VirtualClock } from "./testing/virtual-clock.ts";
import { TimeLimits } from "./time-limits.ts";

describe("TimeLimits", () => {
  test("expire each at its time, whatever others there are", async () => {
    const clock = new VirtualClock();
    const limits = new TimeLimits(clock);
    const expired: string[] = [];
    limits.start(100, () => expired.push(`first at ${clock.now()}`));
    await clock.advance(40);
    limits.start(100, () => expired.push(`second at ${clock.now()}`));
    limits.start(20, () => expired.push(`short at ${clock.now()}`));
    limits.start(100, () => expired.push("disposed"))[Symbol.dispose]();
    await clock.advance(200);
    expect(expired).toEqual(["short at 60", "first at 100", "second at 140"]);
    expect(clock.pending).toBe(0);
  });

  test("of one length take one timer, and none when all are over", async () => {
    const clock = new VirtualClock();
    const limits = new TimeLimits(clock);
    const started = Array.from({ length: 1_000 }, () => limits.start(100, () => undefined));
    expect(clock.pending).toBe(1);
    for (const limit of started) limit[Symbol.dispose]();
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  test("of lengths that nobody waits for any more make room for others", async () => {
    const clock = new VirtualClock();
    const limits = new TimeLimits(clock);
    for (let ms = 1; ms <= 100; ms++) limits.start(ms, () => undefined)[Symbol.dispose]();
    await clock.advance(0);
    for (let count = 0; count < 10; count++) limits.start(1_000, () => undefined);
    expect(clock.pending).toBe(1);
  });

  test("of more lengths than there are queues have a timer each", async () => {
    const clock = new VirtualClock();
    const limits = new TimeLimits(clock);
    let expired = 0;
    for (let ms = 1; ms <= 100; ms++) limits.start(ms, () => expired++);
    limits.start(1_000, () => expired++)[Symbol.dispose]();
    await clock.advance(100);
    expect({ expired, pending: clock.pending }).toEqual({ expired: 100, pending: 0 });
  });
});
