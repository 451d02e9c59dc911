import { type Clock, type Random, systemClock, systemRandom } from "../clock.ts";
import { rememberAttempts } from "./attempts-of.ts";
import { type Backoff, exponentialBackoff } from "./backoff.ts";
import { stackPolicy } from "./call.ts";
import { isRetryable } from "./classify.ts";
import { type Listener, notify } from "./listener.ts";
import type { Outcome, Policy } from "./policy.ts";
import { requireNumber } from "./require-number.ts";
import type { RetryBudget } from "./retry-budget.ts";
import { readRetryAfter } from "./retry-after.ts";
import { retryDefaults as defaults } from "./seed-defaults.ts";
import type { RetryPoint, RetryStage } from "./stack.ts";

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
  const { attempt, elapsed, remaining = Infinity, outcome } = state;
  if (state.aborted) return stop("aborted");
  if (!isWorthRetrying(options, outcome, attempt)) return stop(outcome.ok ? "success" : "notRetryable");
  if (attempt >= maxAttempts) return stop("maxAttempts");
  const asked = (options.retryAfter ?? readRetryAfter)(outcome) ?? 0;
  if (asked > maxRetryAfter || asked === Infinity) return stop("retryAfterTooLong");
  const backoff = (options.backoff ?? defaultBackoff)(state, state.random);
  // A custom backoff may give anything; a timer wants a number.
  const delay = Math.max(0, Math.ceil(asked) || 0, Math.floor(backoff) || 0);
  if (elapsed + delay >= maxElapsed || delay >= remaining) return stop("maxElapsed");
  if (options.budget?.withdraw() === false) return stop("budget");
  return { retry: true, delay };
}

/**
 * Calls an operation again while it fails. The caller gets the last error itself, and `attemptsOf` tells how many calls
 * there were.
 *
 * An abort ends the wait between attempts at once, and its reason is what the caller gets, not the last failure.
 */
export function retry<T = unknown>(options: RetryOptions<T> = {}): Policy {
  requireNumber("retry", "maxAttempts", options.maxAttempts ?? defaults.maxAttempts, { min: 1, integer: true });
  requireNumber("retry", "maxRetryAfter", options.maxRetryAfter ?? 0, { min: 0 });
  const maxElapsed = options.maxElapsed ?? defaults.maxElapsed;
  requireNumber("retry", "maxElapsed", maxElapsed, { min: 0, above: true });
  // Read once, so that changing the object later changes nothing.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- T is the caller's word for what operations return
  const fixed = { ...options } as RetryOptions;
  const stage: RetryStage = {
    maxElapsed,
    inspectsValues: fixed.retryIfResult !== undefined,
    budget: fixed.budget,
    next: (point) => next(fixed, point),
    giveUp: (attempts, reason, error) => giveUp(fixed, attempts, reason, error),
  };
  return stackPolicy({ clock: fixed.clock ?? systemClock, retry: stage, circuit: undefined, timeLimit: undefined });
}

const defaultBackoff = exponentialBackoff();

function stop(reason: GiveUpReason): RetryDecision {
  return { retry: false, reason };
}

function isWorthRetrying<T>(options: RetryOptions<T>, outcome: Outcome<T>, attempt: number): boolean {
  if (outcome.ok) return options.retryIfResult?.(outcome.value, attempt) ?? false;
  return (options.retryIf ?? isRetryable)(outcome.error, attempt);
}

function next(options: RetryOptions, point: RetryPoint): number | undefined {
  const { attempt, outcome } = point;
  const decision = decideRetry(options, {
    ...point,
    elapsed: 0,
    aborted: false,
    random: options.random ?? systemRandom,
  });
  const error = outcome.ok ? undefined : outcome.error;
  if (!decision.retry) {
    if (decision.reason !== "success") giveUp(options, attempt, decision.reason, error);
    return undefined;
  }
  if (options.on !== undefined) notify(options.on, { type: "retry", attempt, delay: decision.delay, error });
  return decision.delay;
}

function giveUp(
  { on }: RetryOptions,
  attempts: number,
  reason: Exclude<GiveUpReason, "success">,
  error: unknown,
): void {
  // The reason of an abort is the caller's own, and shared by all it stops.
  if (reason !== "aborted") rememberAttempts(error, attempts);
  if (on !== undefined) notify(on, { type: "giveUp", attempts, reason, error });
}
