import { maxTimerMs, type Clock, systemClock } from "../clock.ts";
import { requireNumber } from "./require-number.ts";

/** How many more attempts a group of callers can afford. Give the same object to all of their policies. */
export interface RetryBudget {
  /** A first attempt begins. */
  deposit(): void;
  /** Asks for another attempt, and pays for it when there may be one. */
  withdraw(): boolean;
  /** How many other attempts there may be now. */
  readonly balance: number;
}

export interface RetryBudgetOptions {
  /** Milliseconds for which first and other attempts count, default 10 s. */
  readonly ttl?: number;
  /** Other attempts that are always affordable, however few first ones there are; default 10. */
  readonly minRetriesPerSecond?: number;
  /** Other attempts for each first one, default 0.2. */
  readonly percentCanRetry?: number;
  readonly clock?: Clock;
}

/**
 * Keeps retries in proportion to calls: when most calls fail, calling three times each is what keeps a callee down.
 *
 * Within `ttl`, there are no more other attempts than `percentCanRetry` of the first ones, and `minRetriesPerSecond` on
 * top. As in Finagle, time passes in steps of a tenth of `ttl`.
 */
export function retryBudget(options: RetryBudgetOptions = {}): RetryBudget {
  return new Budget(options);
}

const stepCount = 10;
/** Keeps 0.29 × 100 from being 28. */
const roundingError = 1e-9;

/** What happened in a tenth of `ttl`. */
interface Step {
  readonly number: number;
  deposits: number;
  withdrawals: number;
}

class Budget implements RetryBudget {
  readonly #clock: Clock;
  readonly #stepLength: number;
  readonly #reserve: number;
  readonly #percentCanRetry: number;
  /** The steps of the last `ttl` in which anything happened, oldest first. */
  readonly #steps: Step[] = [];

  constructor({ ttl = 10_000, minRetriesPerSecond = 10, percentCanRetry = 0.2, clock }: RetryBudgetOptions) {
    requireNumber("retryBudget", "ttl", ttl, { min: 0, above: true, max: maxTimerMs });
    requireNumber("retryBudget", "minRetriesPerSecond", minRetriesPerSecond, { min: 0, max: Number.MAX_SAFE_INTEGER });
    requireNumber("retryBudget", "percentCanRetry", percentCanRetry, { min: 0, max: 1_000 });
    this.#clock = clock ?? systemClock;
    this.#stepLength = ttl / stepCount;
    this.#reserve = (minRetriesPerSecond * ttl) / 1_000;
    this.#percentCanRetry = percentCanRetry;
  }

  get balance(): number {
    const now = this.#stepNumber();
    let balance = this.#reserve;
    for (const { number, deposits, withdrawals } of this.#steps) {
      if (number > now - stepCount) balance += this.#percentCanRetry * deposits - withdrawals;
    }
    // What was spent may be remembered for longer than what it was spent from.
    return Math.max(0, Math.floor(balance + roundingError));
  }

  deposit(): void {
    this.#currentStep().deposits++;
  }

  withdraw(): boolean {
    if (this.balance < 1) return false;
    this.#currentStep().withdrawals++;
    return true;
  }

  #stepNumber(): number {
    return Math.floor(this.#clock.now() / this.#stepLength);
  }

  #currentStep(): Step {
    const number = this.#stepNumber();
    const last = this.#steps.at(-1);
    if (last?.number === number) return last;
    if (this.#steps.length === stepCount) this.#steps.shift();
    const step: Step = { number, deposits: 0, withdrawals: 0 };
    this.#steps.push(step);
    return step;
  }
}
