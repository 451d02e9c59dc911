import { type Clock, systemClock } from "../clock.ts";
import { HedgedCall, type HedgeEvent, type HedgeSettings } from "./hedged-call.ts";
import type { Listener } from "./listener.ts";
import type { Guarded, Operation, Policy } from "./policy.ts";
import { requireNumber } from "./require-number.ts";
import type { RetryBudget } from "./retry-budget.ts";
import { contextOf } from "./scope.ts";

export interface HedgeOptions {
  /**
   * Milliseconds to wait for an answer before another copy starts: a high percentile of the usual latency, say. A function
   * is asked before each copy. `Infinity` starts another one only when one fails.
   */
  readonly delay: number | (() => number);
  /** Copies beside the first one, default 1. */
  readonly maxHedges?: number;
  /** Whether another copy may do better than one that failed so, default always. If not, no more are started. */
  readonly hedgeIf?: (error: unknown) => boolean;
  /** Pays for the copies. Each first attempt deposits, as under `retry()`. */
  readonly budget?: RetryBudget;
  readonly clock?: Clock;
  readonly on?: Listener<HedgeEvent>;
}

/**
 * Runs another copy of an operation that is slow to answer, and takes the first success. For idempotent operations only.
 *
 * A copy that fails starts the next one at once, and never ends the call while another one runs. The signals of the others
 * abort when one has won. When all have failed, the call rejects with an `AggregateError` that holds their errors in the
 * order in which they started, or with the error itself if there was one copy. An abort stops them all.
 */
export function hedge(options: HedgeOptions): Policy {
  const { delay, maxHedges = 1, hedgeIf = () => true, budget, clock = systemClock, on } = options;
  if (typeof delay !== "function") requireNumber("hedge", "delay", delay, { min: 0 });
  requireNumber("hedge", "maxHedges", maxHedges, { min: 1, integer: true });
  const nextDelay = typeof delay === "function" ? delay : () => delay;
  const settings: HedgeSettings = { nextDelay, maxHedges, hedgeIf, budget, clock, on };
  return <T>(operation: Operation<T>): Guarded<T> =>
    (callOptions) =>
      new Promise<T>((resolve, reject) => {
        new HedgedCall(settings, contextOf(callOptions), operation, resolve, reject).start();
      });
}
