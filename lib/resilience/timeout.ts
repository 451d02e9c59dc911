import { maxTimerMs, type Clock, systemClock } from "../clock.ts";
import { stackPolicy } from "./call.ts";
import { deadlineQueue, type Timed } from "./deadline-queue.ts";
import { guarded, type Listener } from "./listener.ts";
import type { Policy } from "./policy.ts";
import { requireNumber } from "./require-number.ts";
import { timeoutDefault } from "./seed-defaults.ts";
import type { Strategy, TimeLimitStage } from "./stack.ts";

/** Durations in milliseconds. */
export interface TimeoutOptions {
  /** What happens when time is up: the call rejects at once, or as {@link cooperative} has it. */
  readonly strategy?: Strategy;
  /** Lets the process exit while only a time limit is pending, default false. */
  readonly unref?: boolean;
  readonly clock?: Clock;
  readonly on?: Listener<TimeoutEvent>;
}

/** `after` counts milliseconds from the start of the attempt. */
export type TimeoutEvent =
  | { readonly type: "timeout"; readonly after: number }
  /** An operation settled after its caller had been answered or had cancelled. Its outcome is dropped. */
  | {
      readonly type: "lateSettlement";
      readonly after: number;
      readonly outcome: "fulfilled" | "rejected";
      readonly error?: unknown;
    };

/**
 * Ends an attempt after `ms`, or at its deadline when that comes first: `context.signal` aborts and the call rejects, both
 * with the same `TimeoutError`. `Infinity` sets no limit of its own.
 */
export function timeout(ms: number = timeoutDefault, options: TimeoutOptions = {}): Policy {
  const { clock = systemClock } = options;
  if (ms !== Infinity) requireNumber("timeout", "ms", ms, { min: 0, above: true, max: maxTimerMs });
  return stackPolicy(clock, undefined, undefined, timeLimit(ms, clock, options));
}

function timeLimit(ms: number, clock: Clock, { strategy, unref = false, on }: TimeoutOptions): TimeLimitStage {
  const queue = deadlineQueue(clock, ms, unref);
  const emit = guarded(on);
  const after = (timed: Timed): number => clock.now() - timed.startedAt;
  return {
    strategy,
    start(timed) {
      const { startedAt, deadline } = timed;
      if (startedAt + ms > deadline) {
        timed.timer = clock.timer(deadline - startedAt, () => timed.expire(), { unref });
      } else if (ms !== Infinity) {
        timed.deadline = startedAt + ms;
        queue.add(timed);
      }
    },
    stop: queue.remove,
    expire(timed) {
      emit?.({ type: "timeout", after: after(timed) });
      return timed.timer === undefined ? ms : Math.ceil(timed.deadline - timed.startedAt);
    },
    onLateSettlement(timed, ok, error) {
      if (ok) emit?.({ type: "lateSettlement", after: after(timed), outcome: "fulfilled" });
      else emit?.({ type: "lateSettlement", after: after(timed), outcome: "rejected", error });
    },
  };
}
