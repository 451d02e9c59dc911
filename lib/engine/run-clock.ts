import { BudgetExceededError, TimeoutError } from "../errors.ts";
import type { Clock } from "../clock.ts";
import { isIdle, type ExecutionState } from "./state.ts";

/**
 * Tells when an execution has had its time: `timeout.global`, or its budget's `wallClock`. The clock stands still while the
 * execution can only wait.
 */
export class RunClock implements Disposable {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onTimeUp: (error: TimeoutError | BudgetExceededError) => void;
  readonly #isBudget: boolean;
  #timer: Disposable | undefined;

  constructor(options: {
    readonly clock: Clock;
    readonly globalTimeoutMs: number;
    readonly wallClockMs: number | undefined;
    readonly onTimeUp: (error: TimeoutError | BudgetExceededError) => void;
  }) {
    const { wallClockMs = Infinity, globalTimeoutMs } = options;
    this.#clock = options.clock;
    this.#isBudget = wallClockMs < globalTimeoutMs;
    this.#limitMs = Math.min(wallClockMs, globalTimeoutMs);
    this.#onTimeUp = options.onTimeUp;
  }

  /** Goes or stands still, as the state asks. */
  follow(state: ExecutionState, nowMs: number): void {
    if (state.startedMs === undefined || isIdle(state)) return this[Symbol.dispose]();
    if (this.#timer !== undefined) return;
    const remainingMs = this.#limitMs - (nowMs - state.startedMs - state.idleMs);
    this.#timer = this.#clock.timer(Math.max(0, remainingMs), () => this.#onTimeUp(this.#error(state.executionId)));
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #error(executionId: string): TimeoutError | BudgetExceededError {
    const timeout = this.#limitMs;
    return this.#isBudget
      ? new BudgetExceededError(`Cannot go on: the run's budget of ${timeout} ms is used up`)
      : new TimeoutError(`Cannot finish execution "${executionId}": it took longer than ${timeout} ms`, { timeout });
  }
}
