import { maxTimerMs } from "../clock.ts";
import { requireNumber } from "./require-number.ts";
import { cancellationDefaults } from "./seed-defaults.ts";
import type { Strategy } from "./stack.ts";

/**
 * The strategy of a `timeout` that waits up to `grace` milliseconds, default 5 s, for an operation whose time is up to stop,
 * so that what it holds is free again. `Infinity` waits for as long as it takes. The call rejects all the same.
 */
export function cooperative(grace: number = cancellationDefaults.grace): Strategy {
  if (grace !== Infinity) requireNumber("cooperative", "grace", grace, { min: 0, max: maxTimerMs });
  return { wait: (clock, stop) => (grace === Infinity ? undefined : clock.timer(grace, stop)) };
}
