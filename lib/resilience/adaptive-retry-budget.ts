import { requireNumber } from "./require-number.ts";
import type { RetryBudget } from "./retry-budget.ts";

export interface AdaptiveRetryBudgetOptions {
  /** Other attempts that a success pays for, in [0, 1], default 0.1. */
  readonly retriesPerSuccess?: number;
  /** How many can be saved up, and how many there are at first, default 10. */
  readonly burst?: number;
}

/**
 * Keeps retries in proportion to successes: while next to nothing succeeds there are next to no retries, and while little
 * fails they are as good as free. `retryBudget` counts calls instead, so it retries a part of them even when all fail,
 * which near full load is enough to keep a callee down.
 *
 * The bucket of AWS's standard retry mode and of gRPC's retry throttling (gRFC A6), in the form that Marc Brooker gives it
 * (brooker.co.za/blog/2022/02/28/retries.html). AWS's adaptive mode limits the rate of all calls on top, by CUBIC and for
 * throttling errors only: `adaptiveConcurrency` does that for timeouts as well.
 *
 * An attempt counts as a success until its caller asks for another one, so it needs no more than any budget is told.
 * What fails for good without asking stays one; such a call has had no other attempt that this could have saved.
 * There is no reserve and time earns nothing. Callers with few calls and many transient failures want `retryBudget`.
 *
 * @example
 * ```ts
 * import { adaptiveRetryBudget, retry } from "orchestr8/resilience";
 *
 * const budget = adaptiveRetryBudget({ retriesPerSuccess: 0.2, burst: 5 });
 * const patient = retry({ budget });
 * console.log(await patient(() => "done")(), budget.balance); // done 5
 * ```
 */
export function adaptiveRetryBudget(options: AdaptiveRetryBudgetOptions = {}): RetryBudget {
  return new Bucket(options);
}

/** Keeps ten tenths from being less than one. */
const roundingError = 1e-9;

class Bucket implements RetryBudget {
  readonly #perSuccess: number;
  readonly #burst: number;
  /** Below 0 while it turns out that what was paid in advance, and spent, was not earned. */
  #tokens: number;

  constructor({ retriesPerSuccess = 0.1, burst = 10 }: AdaptiveRetryBudgetOptions) {
    requireNumber("adaptiveRetryBudget", "retriesPerSuccess", retriesPerSuccess, { min: 0, max: 1 });
    requireNumber("adaptiveRetryBudget", "burst", burst, { min: 1, max: 1_000_000 });
    this.#perSuccess = retriesPerSuccess;
    this.#burst = burst;
    this.#tokens = burst;
  }

  get balance(): number {
    return Math.max(0, Math.floor(this.#tokens + roundingError));
  }

  /** An attempt is paid in advance, even to one who has a full bucket: it may be the one who asks. */
  deposit(): void {
    this.#tokens = Math.min(this.#burst + this.#perSuccess, this.#tokens + this.#perSuccess);
  }

  /** Who asks has failed and pays back. A hedge may ask more often than it was paid, so there is a limit to debts. */
  withdraw(): boolean {
    this.#tokens = Math.max(-this.#burst, this.#tokens - this.#perSuccess);
    if (this.balance < 1) return false;
    this.#tokens--;
    this.deposit();
    return true;
  }
}
