import type { Clock } from "../clock.ts";
import type { CircuitSettings } from "./circuit-options.ts";
import type { Circuit } from "./circuit.ts";
import type { Timed } from "./deadline-queue.ts";
import type { Context, Outcome } from "./policy.ts";
import type { RetryBudget } from "./retry-budget.ts";

/**
 * What happens around an operation: at most one retry, one circuit and one time limit, from the outside in. A single
 * policy is a stack with one stage, and `compose` merges neighbours, so that one `Call` runs them all where nesting takes
 * a call and a promise each.
 */
export interface Stack {
  readonly clock: Clock;
  /** Whether anybody here wants to know when an attempt began. */
  readonly isTimed: boolean;
  readonly retry: RetryStage | undefined;
  readonly circuit: CircuitStage | undefined;
  readonly timeLimit: TimeLimitStage | undefined;
}

export interface RetryStage {
  readonly maxElapsed: number;
  /** Whether a value can be a reason for another attempt. */
  readonly inspectsValues: boolean;
  /** Where the first attempt of a call deposits. */
  readonly budget: RetryBudget | undefined;
  /** The delay before another attempt, or undefined when there will be none. */
  next(point: RetryPoint): number | undefined;
  /** There will be no other attempt, for a reason that came up after the attempt was over. */
  giveUp(attempts: number, reason: "aborted" | "maxElapsed", error: unknown): void;
}

/** Where a call stands after an attempt. */
export interface RetryPoint {
  readonly attempt: number;
  /** Milliseconds to the call's deadline, which is also when `maxElapsed` is over. */
  readonly remaining: number;
  readonly previousDelay: number;
  readonly outcome: Outcome<unknown>;
}

export interface CircuitStage {
  readonly settings: CircuitSettings;
  /** The circuit that guards this call. */
  select(context: Context): Circuit;
}

export interface TimeLimitStage {
  /** Starts the time of an attempt whose deadline so far is that of its call. */
  start(timed: Timed): void;
  readonly stop: (timed: Timed) => void;
  /** The time of an attempt is up. Returns how long it could take. */
  expire(timed: Timed): number;
  /** What an operation may do to stop after its time is up; undefined when nobody waits for it. */
  readonly strategy: Strategy | undefined;
  onLateSettlement(timed: Timed, ok: boolean, result: unknown): void;
}

/** How a time limit treats an operation whose time is up. */
export interface Strategy {
  /** Calls `stop` once nobody waits for the operation any longer, though it has not settled, unless disposed of before. */
  wait(clock: Clock, stop: () => void): Disposable | undefined;
}
