import { expect, test } from "bun:test";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { keepAlive } from "./keep-alive.ts";

test("keepAlive() holds a timer for longer than anybody waits, until it is disposed", async () => {
  const clock = new VirtualClock();
  const held = keepAlive(clock);
  await clock.advance(1_000 * 365 * 86_400_000);
  expect(clock.pending).toBe(1);
  held[Symbol.dispose]();
  expect(clock.pending).toBe(0);
  keepAlive(clock);
  await clock.advance(Number.MAX_SAFE_INTEGER);
  expect(clock.pending).toBe(0);
});
