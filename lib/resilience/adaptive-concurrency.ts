import { type Clock, systemClock } from "../clock.ts";
import { type Bulkhead, bulkhead, type BulkheadEvent, type BulkheadOptions } from "./bulkhead.ts";
import type { CallContext } from "./cancellation.ts";
import { classify, errorKind, type Verdict } from "./classify.ts";
import { invoke } from "./gate.ts";
import { type LimitSettings, type LimitState, nextLimit } from "./gradient-limit.ts";
import { type Listener, notify } from "./listener.ts";
import { policyObject } from "./policy-object.ts";
import type { Operation, Outcome, Policy } from "./policy.ts";
import { requireNumber } from "./require-number.ts";
import { contextOf } from "./scope.ts";

/** Durations in milliseconds. */
export interface AdaptiveConcurrencyOptions<T = unknown> {
  /** How many operations may run at once at first, default 20 or what is nearest between `min` and `max`. */
  readonly initial?: number;
  /** The limit never falls below, default 1. All callers together always have so many calls each at the callee. */
  readonly min?: number;
  /** The limit never grows above, default 200. */
  readonly max?: number;
  /** Up to how many times the usual latency nobody is taken to queue, default 1.5. */
  readonly tolerance?: number;
  /** How far a round moves the limit towards what it aims at, in (0, 1], default 0.2. Failures are not smoothed. */
  readonly smoothing?: number;
  /** How many rounds the usual latency remembers, default 600. */
  readonly longWindow?: number;
  /** How many calls may wait for a place, default 0; `Infinity` for any number. */
  readonly maxQueue?: number;
  /** How long a call may wait before it is refused, default as long as its deadline allows. */
  readonly maxWait?: number;
  /**
   * Whether an outcome says that the callee takes more, or fewer, or nothing. Default `classify`, but a status that asks
   * for patience (429) is a failure. Not asked about a call that was cancelled.
   */
  readonly classify?: (outcome: Outcome<T>) => Verdict;
  readonly clock?: Clock;
  readonly on?: Listener<AdaptiveConcurrencyEvent>;
}

export type AdaptiveConcurrencyEvent =
  | BulkheadEvent
  /** The limit is another one from now on. */
  | { readonly type: "limit"; readonly limit: number; readonly active: number; readonly queued: number };

/** A policy with a memory: all operations under it share its places. */
export interface AdaptiveConcurrency extends Policy {
  /** How many may run now. */
  readonly limit: number;
  /** Operations that run, those included whose callers have gone. More than `limit` for a while after that has fallen. */
  readonly active: number;
  /** Calls that wait. */
  readonly queued: number;
}

/**
 * A bulkhead that finds out how many operations the callee takes at once. Further calls wait in line, and are refused with
 * a `BulkheadFullError` when the line is full.
 *
 * The limit grows by less than one a round trip while it is needed and calls take as long as usual. It shrinks when they
 * take longer than `tolerance` allows, because then they queue, and with the share of those that fail: to half when all do.
 * A call that was cancelled says nothing, unless a time limit did it after the usual latency had passed. The formula is
 * that of Netflix's Gradient2 with changes that `nextLimit` gives reasons for; a round is as long as TCP's, until a call
 * that began in it has ended, and at least as many have as ran at once.
 *
 * Put it innermost, where a bulkhead would be, with a `timeout` around it. One for each callee, shared by all who call it.
 *
 * @example
 * ```ts
 * import { adaptiveConcurrency, compose, timeout } from "orchestr8/resilience";
 *
 * const room = adaptiveConcurrency({ initial: 10, max: 50 });
 * const ask = compose(timeout(1_000), room)(() => Promise.resolve("done"));
 * console.log(await ask(), room.limit); // done 10
 * ```
 */
export function adaptiveConcurrency<T = unknown>(options: AdaptiveConcurrencyOptions<T> = {}): AdaptiveConcurrency {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- T is the caller's word for what operations return
  const limiter = new Limiter(options as AdaptiveConcurrencyOptions);
  const { room } = limiter;
  const policy: Policy = <R>(operation: Operation<R>) => room((context) => limiter.run(operation, contextOf(context)));
  return policyObject(policy, {
    get limit() {
      return limiter.limit;
    },
    get active() {
      return room.active;
    },
    get queued() {
      return room.queued;
    },
  });
}

/** A failure among fewer outcomes than these tells more of chance than of the callee. */
const fewest = 10;

/** What a round has told so far. */
interface Tally {
  readonly beganAt: number;
  latencies: number;
  successes: number;
  failures: number;
  mostActive: number;
}

class Limiter {
  readonly room: Bulkhead;
  readonly #settings: LimitSettings;
  readonly #clock: Clock;
  readonly #classify: (outcome: Outcome<unknown>) => Verdict;
  readonly #on: Listener<AdaptiveConcurrencyEvent> | undefined;
  #state: LimitState;
  #tally = newTally(-Infinity);

  constructor(options: AdaptiveConcurrencyOptions) {
    this.#settings = settingsOf(options);
    const { min, max } = this.#settings;
    const initial = options.initial ?? Math.min(max, Math.max(min, 20));
    requireNumber("adaptiveConcurrency", "initial", initial, { min, max, integer: true });
    this.#state = { limit: initial, usual: 0, rounds: 0 };
    this.#clock = options.clock ?? systemClock;
    this.#classify = options.classify ?? view;
    this.#on = options.on;
    const roomOptions: BulkheadOptions = { ...options, maxConcurrent: initial };
    this.room = bulkhead(roomOptions);
  }

  get limit(): number {
    return Math.floor(this.#state.limit);
  }

  run<T>(operation: Operation<T>, context: CallContext): Promise<T> {
    const beganAt = this.#clock.now();
    return invoke(operation, context).then(
      (value) => {
        this.#observe(beganAt, this.#classify({ ok: true, value }));
        return value;
      },
      (error: unknown) => {
        this.#observe(beganAt, context.isCancelled ? this.#cut(beganAt, context.reason) : this.#blame(error));
        throw error;
      },
    );
  }

  #blame(error: unknown): Verdict {
    return this.#classify({ ok: false, error });
  }

  /** What a cancel says: time may have run out for what happened before the operation began, in line for one. */
  #cut(beganAt: number, reason: unknown): Verdict {
    const wasSlow = errorKind(reason) === "timeout" && this.#clock.now() - beganAt >= this.#state.usual;
    return wasSlow ? "failure" : "ignored";
  }

  /** Counts an operation that is over, while its place is still taken. */
  #observe(beganAt: number, verdict: Verdict): void {
    const tally = this.#tally;
    const now = this.#clock.now();
    tally.mostActive = Math.max(tally.mostActive, this.room.active);
    if (verdict === "ignored") return;
    if (verdict === "failure") tally.failures++;
    else {
      tally.successes++;
      tally.latencies += now - beganAt;
    }
    // What began before the limit last moved does not tell how it does now.
    const wanted = tally.failures === 0 ? tally.mostActive : Math.max(fewest, tally.mostActive);
    const isOver = tally.successes + tally.failures >= wanted;
    if (isOver && beganAt >= tally.beganAt) this.#conclude(now);
  }

  #conclude(now: number): void {
    const { latencies, successes, failures, mostActive } = this.#tally;
    const latency = successes === 0 ? undefined : latencies / successes;
    const failureShare = failures / (successes + failures);
    const before = this.limit;
    this.#tally = newTally(now);
    this.#state = nextLimit(this.#state, { latency, failureShare, mostActive }, this.#settings);
    if (this.limit === before) return;
    this.room.resize(this.limit);
    const { active, queued } = this.room;
    if (this.#on !== undefined) notify(this.#on, { type: "limit", limit: this.limit, active, queued });
  }
}

function newTally(beganAt: number): Tally {
  return { beganAt, latencies: 0, successes: 0, failures: 0, mostActive: 0 };
}

function settingsOf(options: AdaptiveConcurrencyOptions): LimitSettings {
  const { min = 1, max = 200, tolerance = 1.5, smoothing = 0.2, longWindow = 600 } = options;
  const check = (option: string, value: number, range: Parameters<typeof requireNumber>[3]) =>
    requireNumber("adaptiveConcurrency", option, value, range);
  return {
    min: check("min", min, { min: 1, integer: true }),
    max: check("max", max, { min, integer: true }),
    tolerance: check("tolerance", tolerance, { min: 1 }),
    smoothing: check("smoothing", smoothing, { min: 0, above: true, max: 1 }),
    longWindow: check("longWindow", longWindow, { min: 1, integer: true }),
  };
}

/** A callee that asks for patience is alive, which is all that a circuit wants to know; but it has too much to do. */
function view(outcome: Outcome<unknown>): Verdict {
  return !outcome.ok && errorKind(outcome.error) === "http429" ? "failure" : classify(outcome);
}
