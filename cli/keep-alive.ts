import type { Clock } from "../lib/clock.ts";

/** Holds the process until it is disposed. A run that waits for a signal has nothing else that would. */
export function keepAlive(clock: Clock): Disposable {
  return clock.timer(Number.MAX_SAFE_INTEGER, () => undefined);
}
