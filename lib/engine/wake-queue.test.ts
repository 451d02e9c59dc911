import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { WakeQueue } from "./wake-queue.ts";

const day = 86_400_000;

describe("WakeQueue", () => {
  test("ends waits in the order of their times, and of their start where times are equal", async () => {
    const clock = new VirtualClock({ wall: 1_000 });
    const wakes = new WakeQueue(clock);
    const ended: string[] = [];
    for (const [name, at] of [
      ["c", 3_000],
      ["a", 2_000],
      ["b", 2_000],
    ] as const)
      wakes.add(at, () => ended.push(name));
    await clock.advance(999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(["a", "b"]);
    await clock.advance(1_000);
    expect(ended).toEqual(["a", "b", "c"]);
  });

  test("ends a wait soon whose time has passed", async () => {
    const clock = new VirtualClock({ wall: 1_000 });
    let hasEnded = false;
    new WakeQueue(clock).add(1, () => (hasEnded = true));
    expect(hasEnded).toBe(false);
    await clock.advance(0);
    expect(hasEnded).toBe(true);
  });

  test("does not end a disposed wait, and keeps no timer for none", async () => {
    const clock = new VirtualClock({ wall: 0 });
    const wakes = new WakeQueue(clock);
    const ended: number[] = [];
    const waits = [1, 2, 3].map((at) => wakes.add(at * 1_000, () => ended.push(at)));
    waits[0]?.[Symbol.dispose]();
    waits[2]?.[Symbol.dispose]();
    waits[2]?.[Symbol.dispose]();
    await clock.advance(5_000);
    expect(ended).toEqual([2]);
    expect(clock.pending).toBe(0);
  });

  test("notices within ten minutes that the wall was set", async () => {
    const clock = new VirtualClock({ wall: 0 });
    let hasEnded = false;
    new WakeQueue(clock).add(3 * day, () => (hasEnded = true));
    await clock.advance(1_000);
    clock.setWall(3 * day);
    await clock.advance(600_000);
    expect(hasEnded).toBe(true);
  });

  test("waits for three days with a few hundred looks at the wall", async () => {
    const clock = new VirtualClock({ wall: 0 });
    let endedAt = 0;
    new WakeQueue(clock).add(3 * day, () => (endedAt = clock.wall()));
    await clock.advance(4 * day);
    expect(endedAt).toBe(3 * day);
  });
});
