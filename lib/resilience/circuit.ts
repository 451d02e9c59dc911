import { CircuitOpenError } from "../errors.ts";
import type { CircuitBreakerEvent, CircuitSettings, CircuitState } from "./circuit-options.ts";
import { type CircuitSnapshot, endOfTime } from "./circuit-snapshot.ts";
import { classify, type Verdict } from "./classify.ts";
import { createTally } from "./create-tally.ts";
import { notify } from "./listener.ts";
import { Openings } from "./openings.ts";
import type { Outcome } from "./policy.ts";
import { Probes } from "./probes.ts";
import type { Tally } from "./tally.ts";

/** Never given to a call that counts. */
const uncounted = 0;

/** Holds a restored circuit: whoever did so is gone, and only `reset` ends it. */
const nobodysHold: Disposable = { [Symbol.dispose]: () => {} };

/**
 * The state of one circuit.
 *
 * Every call is admitted under a number: one for all calls of a closed period, one of its own for each probe. An outcome
 * counts only while its number is still valid, so what was begun before a change cannot undo it. No timers: an open
 * circuit becomes half-open, and a hung probe loses its place, when the next call looks at the clock.
 */
export class Circuit {
  readonly key: string | undefined;
  readonly #settings: CircuitSettings;
  /** None until the first failure, where only failures are counted: most circuits never see one. */
  #tally: Tally | undefined;
  readonly #openings: Openings;
  readonly #probes: Probes;
  #phase: "closed" | "open" | "half-open" = "closed";
  #lastFailure: unknown = undefined;
  #lastAdmission = 1;
  #closedAdmission = 1;
  readonly #isolations = new Map<Disposable, unknown>();
  readonly #disablings = new Set<Disposable>();
  #forced: "isolated" | "disabled" | undefined = undefined;

  constructor(settings: CircuitSettings, key: string | undefined, from?: CircuitSnapshot) {
    this.#settings = settings;
    this.key = key;
    this.#tally = settings.window.kind === "consecutive" ? undefined : this.#newTally();
    this.#openings = new Openings(settings.openDuration, settings.random);
    this.#probes = new Probes(settings.halfOpenProbes, settings.probeLease);
    if (from !== undefined) this.#restore(from);
  }

  get state(): CircuitState {
    return this.#forced ?? this.#phase;
  }

  /** Milliseconds until a call may be let through, 0 when one may now. */
  get retryAfter(): number {
    const { state } = this;
    if (state === "isolated") return Infinity;
    if (state === "open") return Math.max(0, this.#openings.until - this.#settings.clock.now());
    return state === "half-open" ? this.#probes.untilFree(this.#settings.clock.now()) : 0;
  }

  /** When an open or half-open circuit was or will be ready for a probe; undefined for any other or one being probed. */
  get waitingSince(): number | undefined {
    const isWaiting = this.#forced === undefined && this.#phase !== "closed" && this.#probes.isIdle;
    return isWaiting ? this.#openings.until : undefined;
  }

  /** Lets a call in and numbers it, or throws a `CircuitOpenError`. `attempts` were made before this one. */
  admit(attempts: number): number {
    if (this.#phase === "closed" && this.#forced === undefined) return this.#closedAdmission;
    if (this.#forced === "disabled") return uncounted;
    if (this.#forced === "isolated") throw this.#refusal("isolated", Infinity, attempts);
    const now = this.#settings.clock.now();
    if (this.#phase === "open") {
      const { until } = this.#openings;
      if (now < until) throw this.#refusal("open", until - now, attempts);
      this.#enter("half-open");
      this.#announce("open");
    }
    if (this.#probes.admit(this.#lastAdmission + 1, now)) return ++this.#lastAdmission;
    throw this.#refusal("half-open", this.#probes.untilFree(now), attempts);
  }

  /** When a call was admitted, for `record`. 0 where nobody wants to know how long calls take. */
  admittedAt(): number {
    return this.#settings.isTimed ? this.#settings.clock.now() : 0;
  }

  /** As `record` of a value, without making anything for the usual case. */
  succeed(admission: number, admittedAt: number, value: unknown): void {
    const { classify: judge, on } = this.#settings;
    if (judge !== classify) return this.record(admission, admittedAt, { ok: true, value });
    if (on !== undefined || admission !== this.#closedAdmission) {
      this.#count(admission, admittedAt, "success", undefined, 0);
    } else if (this.#tally !== undefined && this.#tally.succeed(admittedAt)) this.#open(undefined, 0);
  }

  /** The call ended. A throwing `classify` leaves the circuit as if it had said `ignored`. */
  record(admission: number, admittedAt: number, outcome: Outcome<unknown>): void {
    let verdict: Verdict = "ignored";
    let retryAfter = 0;
    try {
      const judgement = this.#settings.classify(outcome);
      verdict = typeof judgement === "string" ? judgement : judgement.verdict;
      if (typeof judgement === "object") retryAfter = judgement.retryAfter ?? 0;
    } finally {
      this.#count(admission, admittedAt, verdict, outcome, retryAfter);
    }
  }

  /** The call's caller lost interest: the callee is neither well nor ill. */
  cancel(admission: number, admittedAt: number): void {
    this.#count(admission, admittedAt, "ignored", undefined, 0);
  }

  isolate(reason: unknown): Disposable {
    const hold: Disposable = { [Symbol.dispose]: () => this.#isolations.delete(hold) && this.#force() };
    this.#isolations.set(hold, reason);
    this.#force();
    return hold;
  }

  disable(): Disposable {
    const hold: Disposable = { [Symbol.dispose]: () => this.#disablings.delete(hold) && this.#force() };
    this.#disablings.add(hold);
    this.#force();
    return hold;
  }

  reset(): void {
    const from = this.state;
    this.#isolations.clear();
    this.#disablings.clear();
    this.#forced = undefined;
    this.#openings.clear();
    this.#enter("closed");
    this.#announce(from);
  }

  snapshot(): CircuitSnapshot {
    const { clock } = this.#settings;
    const { count, lastFor, until } = this.#openings;
    const takenAt = clock.wall();
    const openUntil = Math.max(0, Math.ceil(takenAt + until - clock.now()));
    return Object.freeze({
      v: 1,
      state: this.state,
      openUntil: count === 0 ? 0 : Math.min(openUntil, endOfTime),
      openings: count,
      openFor: Math.min(lastFor, endOfTime),
      window: (this.#tally ?? this.#newTally()).snapshot(),
      takenAt,
    });
  }

  /** Tells nobody: for those who listen, nothing has changed. */
  #restore({ state, openUntil, openings, openFor, window, takenAt }: CircuitSnapshot): void {
    const { clock } = this.#settings;
    const now = clock.now();
    // A wall clock that was set back meanwhile must not make the circuit wait for longer than was left.
    const age = Math.max(0, clock.wall() - takenAt);
    const left = openFor === endOfTime ? Infinity : Math.min(openUntil - takenAt, openFor) - age;
    this.#openings.restore(openings, openFor, now + (state === "open" ? left : Math.min(left, 0)));
    if (state === "open" || state === "half-open") this.#phase = state;
    else (this.#tally ??= this.#newTally()).restore(window, age);
    if (state === "isolated") this.#isolations.set(nobodysHold, undefined);
    if (state === "disabled") this.#disablings.add(nobodysHold);
    this.#forced = this.#heldAt();
  }

  #count(
    admission: number,
    admittedAt: number,
    verdict: Verdict,
    outcome: Outcome<unknown> | undefined,
    retryAfter: number,
  ): void {
    const { on, clock } = this.#settings;
    const from = this.state;
    const failure = outcome === undefined || outcome.ok ? undefined : outcome.error;
    const counted = this.#apply(admission, admittedAt, verdict, failure, retryAfter);
    if (on === undefined) return;
    const latency = clock.now() - admittedAt;
    notify<CircuitBreakerEvent>(on, { type: "record", key: this.key, verdict, latency, stale: !counted });
    this.#announce(from);
  }

  /** Returns whether the outcome still counts. */
  #apply(admission: number, admittedAt: number, verdict: Verdict, failure: unknown, retryAfter: number): boolean {
    if (this.#phase === "closed") {
      if (admission !== this.#closedAdmission) return false;
      if (this.#isOneTooMany(verdict, admittedAt)) this.#open(failure, retryAfter);
      return true;
    }
    if (!this.#probes.leave(admission)) return false;
    if (verdict === "failure" || (verdict === "success" && this.#isSlow(admittedAt))) this.#open(failure, retryAfter);
    else if (verdict === "success" && this.#probes.succeed()) this.#enter("closed");
    return true;
  }

  #isOneTooMany(verdict: Verdict, admittedAt: number): boolean {
    if (verdict === "ignored") return false;
    if (verdict === "success") return this.#tally?.succeed(admittedAt) === true;
    this.#tally ??= this.#newTally();
    return this.#tally.fail(admittedAt);
  }

  #newTally(): Tally {
    return createTally(this.#settings.window, this.#settings.clock);
  }

  #isSlow(admittedAt: number): boolean {
    const { slowAfter, clock } = this.#settings;
    return slowAfter !== Infinity && clock.now() - admittedAt > slowAfter;
  }

  /** Without a failure it opens because calls are slow. */
  #open(failure: unknown, retryAfter: number): void {
    this.#openings.begin(this.#settings.clock.now(), retryAfter, this.#phase === "closed");
    this.#enter("open");
    this.#lastFailure = failure;
  }

  /** Every number given out before becomes invalid. */
  #enter(phase: "closed" | "open" | "half-open"): void {
    if (phase === "closed") {
      this.#openings.end(this.#settings.clock.now());
      this.#lastFailure = undefined;
    }
    this.#phase = phase;
    this.#tally?.clear();
    this.#outdateAdmissions();
  }

  #outdateAdmissions(): void {
    this.#closedAdmission = ++this.#lastAdmission;
    this.#probes.clear();
  }

  #force(): void {
    const from = this.state;
    this.#forced = this.#heldAt();
    if (this.state !== from) this.#outdateAdmissions();
    this.#announce(from);
  }

  #heldAt(): "isolated" | "disabled" | undefined {
    if (this.#isolations.size > 0) return "isolated";
    return this.#disablings.size > 0 ? "disabled" : undefined;
  }

  #announce(from: CircuitState): void {
    const { key, state, retryAfter } = this;
    const { on } = this.#settings;
    if (on === undefined || state === from) return;
    notify<CircuitBreakerEvent>(on, { type: "stateChange", key, from, to: state, retryAfter });
  }

  #refusal(state: "open" | "half-open" | "isolated", retryAfter: number, attempts: number): CircuitOpenError {
    const { key } = this;
    const { on } = this.#settings;
    if (on !== undefined) notify<CircuitBreakerEvent>(on, { type: "reject", key, state, retryAfter });
    const callee = key === undefined ? "operation" : `"${key}"`;
    const wait = Number.isFinite(retryAfter) ? ` for another ${Math.ceil(retryAfter)} ms` : "";
    const cause = state === "isolated" ? [...this.#isolations.values()].at(-1) : this.#lastFailure;
    const message = `Cannot call ${callee}: its circuit is ${state}${wait}`;
    return new CircuitOpenError(message, { key, state, retryAfter, attempts, cause });
  }
}
