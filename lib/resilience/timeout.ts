import { maxTimerMs, type Clock, systemClock } from "../clock.ts";
import { stackPolicy } from "./call.ts";
import { DeadlineQueue, type Timed } from "./deadline-queue.ts";
import { type Listener, notify } from "./listener.ts";
import type { Outcome, Policy } from "./policy.ts";
import { requireNumber } from "./require-number.ts";
import { cancellationDefaults, timeoutDefault } from "./seed-defaults.ts";
import type { TimeLimitStage } from "./stack.ts";

/** Durations in milliseconds. */
export interface TimeoutOptions {
  /**
   * `aggressive` (default) rejects the moment time is up. `cooperative` then waits up to `grace` for the operation to
   * stop, so that what it holds is free again; it rejects all the same.
   */
  readonly strategy?: "aggressive" | "cooperative";
  /** Default 5 s, `Infinity` for as long as it takes. Cooperative only. */
  readonly grace?: number;
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
  const timeLimit = new TimeLimit(ms, options);
  return stackPolicy({ clock: timeLimit.clock, retry: undefined, circuit: undefined, timeLimit });
}

class TimeLimit implements TimeLimitStage {
  readonly clock: Clock;
  readonly grace: number | undefined;
  readonly #ms: number;
  readonly #unref: boolean;
  readonly #on: Listener<TimeoutEvent> | undefined;
  readonly #queue: DeadlineQueue;

  constructor(ms: number, options: TimeoutOptions) {
    const { strategy = "aggressive", grace = cancellationDefaults.grace, unref = false } = options;
    if (ms !== Infinity) requireNumber("timeout", "ms", ms, { min: 0, above: true, max: maxTimerMs });
    if (grace !== Infinity) requireNumber("timeout", "grace", grace, { min: 0, max: maxTimerMs });
    if (strategy !== "aggressive" && strategy !== "cooperative") {
      throw new TypeError('Cannot create timeout: strategy must be "aggressive" or "cooperative"');
    }
    this.clock = options.clock ?? systemClock;
    this.grace = strategy === "cooperative" ? grace : undefined;
    this.#ms = ms;
    this.#unref = unref;
    this.#on = options.on;
    this.#queue = new DeadlineQueue(this.clock, ms, unref);
  }

  start(timed: Timed, now: number): void {
    const own = now + this.#ms;
    if (this.#on !== undefined || own > timed.deadline) timed.startedAt = now;
    if (own <= timed.deadline) {
      timed.deadline = own;
      if (own !== Infinity) this.#queue.add(timed);
      return;
    }
    timed.timer = this.clock.timer(timed.deadline - now, () => timed.expire(), { unref: this.#unref });
  }

  limitOf(timed: Timed): number {
    return timed.timer === undefined ? this.#ms : Math.ceil(timed.deadline - timed.startedAt);
  }

  stop(timed: Timed): void {
    if (timed.timer === undefined) return this.#queue.remove(timed);
    timed.timer[Symbol.dispose]();
    timed.timer = undefined;
  }

  onTimeout(timed: Timed): void {
    if (this.#on !== undefined) notify(this.#on, { type: "timeout", after: this.clock.now() - timed.startedAt });
  }

  onLateSettlement(timed: Timed, outcome: Outcome<unknown>): void {
    if (this.#on === undefined) return;
    const after = this.clock.now() - timed.startedAt;
    if (outcome.ok) notify(this.#on, { type: "lateSettlement", after, outcome: "fulfilled" });
    else notify(this.#on, { type: "lateSettlement", after, outcome: "rejected", error: outcome.error });
  }
}
