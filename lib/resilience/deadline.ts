import { maxTimerMs, type Clock, systemClock } from "../clock.ts";
import type { Policy } from "./policy.ts";
import { requireNumber } from "./require-number.ts";
import { timeout } from "./timeout.ts";

export interface DeadlineOptions {
  readonly clock?: Clock;
}

/**
 * Ends a call after `ms` milliseconds with all that it consists of: attempts, the waits between them, and waits in line.
 * Everything inside sees when that will be in `context.deadline`, unless the caller's own deadline comes first, and begins
 * nothing that would reach it.
 *
 * The same as an aggressive `timeout` around the whole, under the name of what it is there for.
 */
export function deadline(ms: number, { clock = systemClock }: DeadlineOptions = {}): Policy {
  if (ms !== Infinity) requireNumber("deadline", "ms", ms, { min: 0, above: true, max: maxTimerMs });
  return timeout(ms, { clock });
}
