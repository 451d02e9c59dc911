import { type Clock, type Random, systemClock, systemRandom } from "../clock.ts";
import { rememberAttempts } from "./attempts-of.ts";
import type { Backoff } from "./backoff.ts";
import { stackPolicy } from "./call.ts";
import { isRetryable } from "./classify.ts";
import { exponentialCurve } from "./exponential-curve.ts";
import { guarded, type Listener } from "./listener.ts";
import type { Outcome, Policy } from "./policy.ts";
import { requireNumber } from "./require-number.ts";
import type { RetryBudget } from "./retry-budget.ts";
import { readRetryAfter } from "./retry-after.ts";
import { retryDefaults as defaults } from "./seed-defaults.ts";
import type { RetryStage } from "./stack.ts";

/** Durations in milliseconds. */
export interface RetryOptions<T = unknown> {
  /** Calls in total, default 3. */
  readonly maxAttempts?: number;
  /** Default `exponentialBackoff()`. */
  readonly backoff?: Backoff;
  /** Whether an error is worth another attempt, default `isRetryable`. Has the last word. */
  readonly retryIf?: (error: unknown, attempt: number) => boolean;
  /** Whether a value is. Once attempts run out, the last value is the result. Default: no value is. */
  readonly retryIfResult?: (value: T, attempt: number) => boolean;
  /** The shortest useful delay after an outcome, default `readRetryAfter`. */
  readonly retryAfter?: (outcome: Outcome<T>) => number | undefined;
  /** Who asks for a longer delay than this is not called again, default 60 s. */
  readonly maxRetryAfter?: number;
  /** Bound of all attempts and delays together, default 90 s: the attempts' deadline, and no delay reaches it. */
  readonly maxElapsed?: number;
  /** Pays for every attempt but the first, which deposits. Give one object to all who call the same callee. */
  readonly budget?: RetryBudget;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly on?: Listener<RetryEvent>;
}

/** Why there is no other attempt. */
export type GiveUpReason =
  | "success"
  | "notRetryable"
  | "maxAttempts"
  | "maxElapsed"
  | "retryAfterTooLong"
  | "budget"
  | "aborted";

export type RetryDecision =
  | { readonly retry: true; readonly delay: number }
  | { readonly retry: false; readonly reason: GiveUpReason };

export type RetryEvent =
  /** `attempt` has failed; another one follows after `delay`. */
  | { readonly type: "retry"; readonly attempt: number; readonly delay: number; readonly error: unknown }
  | {
      readonly type: "giveUp";
      readonly attempts: number;
      readonly reason: Exclude<GiveUpReason, "success">;
      readonly error: unknown;
    };

export interface RetryState<T = unknown> {
  /** The attempt that is over, 1-based. */
  readonly attempt: number;
  /** Milliseconds since the first attempt began. */
  readonly elapsed: number;
  /** Milliseconds to a deadline that is not the retry's own, default `Infinity`. */
  readonly remaining?: number;
  /** The delay before this attempt, 0 for the first. */
  readonly previousDelay: number;
  readonly outcome: Outcome<T>;
  readonly aborted: boolean;
  readonly random: Random;
}

/**
 * Whether and when to try again. Pure but for the callbacks and the budget in `options`, so a wait can be written down and
 * go on after a crash; `retry()` decides with it too. The budget is asked last, and only pays for an attempt that follows.
 */
export function decideRetry<T>(options: RetryOptions<T>, state: RetryState<T>): RetryDecision {
  const { maxAttempts = defaults.maxAttempts, maxElapsed = defaults.maxElapsed, maxRetryAfter = 60_000 } = options;
  const { retryIf = isRetryable, retryIfResult, retryAfter = readRetryAfter, backoff = defaultBackoff } = options;
  const { attempt, elapsed, remaining = Infinity, outcome } = state;
  if (state.aborted) return stop("aborted");
  const isWorthIt = outcome.ok ? retryIfResult?.(outcome.value, attempt) : retryIf(outcome.error, attempt);
  if (!isWorthIt) return stop(outcome.ok ? "success" : "notRetryable");
  if (attempt >= maxAttempts) return stop("maxAttempts");
  const asked = retryAfter(outcome) ?? 0;
  if (asked > maxRetryAfter || asked === Infinity) return stop("retryAfterTooLong");
  // A custom backoff may give anything; a timer wants a number.
  const delay = Math.max(0, Math.ceil(asked) || 0, Math.floor(backoff(state, state.random)) || 0);
  if (elapsed + delay >= maxElapsed || delay >= remaining) return stop("maxElapsed");
  return options.budget?.withdraw() === false ? stop("budget") : { retry: true, delay };
}

/**
 * Calls an operation again while it fails. The caller gets the last error itself, and `attemptsOf` tells how many calls
 * there were.
 *
 * An abort ends the wait between attempts at once, and its reason is what the caller gets, not the last failure.
 */
export function retry<T = unknown>(options: RetryOptions<T> = {}): Policy {
  // Read once, so that changing the object later changes nothing.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- T is the caller's word for what operations return
  const fixed = { ...options } as RetryOptions;
  const { maxAttempts = 1, maxElapsed = defaults.maxElapsed, maxRetryAfter = 0 } = fixed;
  requireNumber("retry", "maxAttempts", maxAttempts, { min: 1, integer: true });
  requireNumber("retry", "maxRetryAfter", maxRetryAfter, { min: 0 });
  requireNumber("retry", "maxElapsed", maxElapsed, { min: 0, above: true });
  return stackPolicy(fixed.clock ?? systemClock, retryStage(fixed, maxElapsed));
}

/** `exponentialBackoff()`, without the checks and the other kinds of jitter that come with that. */
const { randomizationFactor } = defaults.jitter;
const spread = { from: 1 - randomizationFactor, width: 2 * randomizationFactor };
const defaultBackoff = exponentialCurve(defaults.baseDelay, defaults.factor, defaults.maxDelay, spread);

function stop(reason: GiveUpReason): RetryDecision {
  return { retry: false, reason };
}

function retryStage(options: RetryOptions, maxElapsed: number): RetryStage {
  const { random = systemRandom, budget, retryIfResult } = options;
  const emit = guarded(options.on);
  const giveUp = (attempts: number, reason: Exclude<GiveUpReason, "success">, error: unknown): void => {
    // The reason of an abort is the caller's own, and shared by all it stops.
    if (reason !== "aborted") rememberAttempts(error, attempts);
    emit?.({ type: "giveUp", attempts, reason, error });
  };
  return {
    maxElapsed,
    inspectsValues: retryIfResult !== undefined,
    budget,
    next(point) {
      const { attempt, outcome } = point;
      const decision = decideRetry(options, { ...point, elapsed: 0, aborted: false, random });
      const error = outcome.ok ? undefined : outcome.error;
      if (decision.retry) {
        emit?.({ type: "retry", attempt, delay: decision.delay, error });
        return decision.delay;
      }
      if (decision.reason !== "success") giveUp(attempt, decision.reason, error);
      return undefined;
    },
    giveUp,
  };
}
