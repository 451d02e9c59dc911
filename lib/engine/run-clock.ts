import { BudgetExceededError, TimeoutError } from "../errors.ts";
import type { RunCore } from "./run-core.ts";
import { isIdle } from "./state.ts";

/**
 * Tells when an execution has had its time: `timeout.global`, or its budget's `wallClock`. The clock stands still while the
 * execution can only wait.
 */
export class RunClock implements Disposable {
  readonly #run: RunCore;
  readonly #limitMs: number;
  readonly #isBudget: boolean;
  readonly #onTimeUp: (error: TimeoutError | BudgetExceededError) => void;
  #limit: Disposable | undefined;

  constructor(run: RunCore, onTimeUp: (error: TimeoutError | BudgetExceededError) => void) {
    const { globalTimeoutMs, budget } = run.prepared.plan.policies;
    const wallClockMs = budget?.wallClockMs ?? Infinity;
    this.#run = run;
    this.#isBudget = wallClockMs < globalTimeoutMs;
    this.#limitMs = Math.min(wallClockMs, globalTimeoutMs);
    this.#onTimeUp = onTimeUp;
  }

  /** Goes or stands still, as the state asks. */
  follow(): void {
    const { state, host } = this.#run;
    if (state.startedMs === undefined || isIdle(state)) return this[Symbol.dispose]();
    if (this.#limit !== undefined) return;
    const remainingMs = this.#limitMs - (this.#run.nowMs - state.startedMs - state.idleMs);
    // Whole milliseconds: most executions that begin have then the same left.
    const ms = Math.max(0, Math.ceil(remainingMs));
    this.#limit = host.limit(ms, () => this.#onTimeUp(this.#error(state.executionId)));
  }

  [Symbol.dispose](): void {
    this.#limit?.[Symbol.dispose]();
    this.#limit = undefined;
  }

  #error(executionId: string): TimeoutError | BudgetExceededError {
    const timeout = this.#limitMs;
    return this.#isBudget
      ? new BudgetExceededError(`Cannot go on: the run's budget of ${timeout} ms is used up`)
      : new TimeoutError(`Cannot finish execution "${executionId}": it took longer than ${timeout} ms`, { timeout });
  }
}
