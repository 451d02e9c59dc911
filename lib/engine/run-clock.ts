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
  #limit: Disposable | undefined;

  constructor(run: RunCore) {
    const { globalTimeoutMs, budget } = run.prepared.plan.policies;
    const wallClockMs = budget?.wallClockMs ?? Infinity;
    this.#run = run;
    this.#isBudget = wallClockMs < globalTimeoutMs;
    this.#limitMs = Math.min(wallClockMs, globalTimeoutMs);
  }

  /** Goes or stands still, as the state asks. */
  follow(): void {
    const { state } = this.#run;
    if (state.startedMs === undefined || isIdle(state)) this[Symbol.dispose]();
    else this.#limit ??= this.#start(this.#limitMs - (this.#run.nowMs - state.startedMs - state.idleMs));
  }

  #start(remainingMs: number): Disposable {
    // Whole milliseconds: most executions that begin have then the same left.
    const ms = Math.max(0, Math.ceil(remainingMs));
    return this.#run.host.limit(ms, () => this.#run.fail(this.#error()));
  }

  [Symbol.dispose](): void {
    this.#limit?.[Symbol.dispose]();
    this.#limit = undefined;
  }

  #error(): TimeoutError | BudgetExceededError {
    const timeout = this.#limitMs;
    const { executionId } = this.#run;
    return this.#isBudget
      ? new BudgetExceededError(`Cannot go on: the run's budget of ${timeout} ms is used up`)
      : new TimeoutError(`Cannot finish execution "${executionId}": it took longer than ${timeout} ms`, { timeout });
  }
}
