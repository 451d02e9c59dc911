import { CircuitOpenError } from "../errors.ts";
import type { CircuitBreakerEvent, CircuitSettings, CircuitState } from "./circuit-options.ts";
import { classify, type Verdict } from "./classify.ts";
import { notify } from "./listener.ts";
import type { Outcome } from "./policy.ts";

interface Probe {
  readonly admission: number;
  readonly leaseEnds: number;
}

/** Never given to a call that counts. */
const uncounted = 0;

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
  #phase: "closed" | "open" | "half-open" = "closed";
  #failures = 0;
  #openUntil = 0;
  #lastFailure: unknown = undefined;
  #lastAdmission = 1;
  #closedAdmission = 1;
  #probes: readonly Probe[] = [];
  #probeSuccesses = 0;
  readonly #isolations = new Map<Disposable, unknown>();
  readonly #disablings = new Set<Disposable>();
  #forced: "isolated" | "disabled" | undefined = undefined;

  constructor(settings: CircuitSettings, key: string | undefined) {
    this.#settings = settings;
    this.key = key;
  }

  get state(): CircuitState {
    return this.#forced ?? this.#phase;
  }

  /** Milliseconds until a call may be let through, 0 when one may now. */
  get retryAfter(): number {
    const { state } = this;
    if (state === "isolated") return Infinity;
    if (state === "open") return Math.max(0, this.#openUntil - this.#settings.clock.now());
    return state === "half-open" ? this.#untilFreeProbe(this.#settings.clock.now()) : 0;
  }

  /** When an open or half-open circuit was or will be ready for a probe; undefined for any other or one being probed. */
  get waitingSince(): number | undefined {
    return this.#forced === undefined && this.#phase !== "closed" && this.#probes.length === 0
      ? this.#openUntil
      : undefined;
  }

  /** Lets a call in and numbers it, or throws a `CircuitOpenError`. `attempts` were made before this one. */
  admit(attempts: number): number {
    if (this.#phase === "closed" && this.#forced === undefined) return this.#closedAdmission;
    if (this.#forced === "disabled") return uncounted;
    if (this.#forced === "isolated") throw this.#refusal("isolated", Infinity, attempts);
    const now = this.#settings.clock.now();
    if (this.#phase === "open") {
      if (now < this.#openUntil) throw this.#refusal("open", this.#openUntil - now, attempts);
      this.#enter("half-open");
      this.#announce("open");
    }
    return this.#admitProbe(now, attempts);
  }

  /** When a call was admitted, for `record`. Nobody wants to know without a listener. */
  admittedAt(): number {
    return this.#settings.on === undefined ? 0 : this.#settings.clock.now();
  }

  /** As `record` of a value, without making anything for the usual case. */
  succeed(admission: number, admittedAt: number, value: unknown): void {
    const { classify: judge, on } = this.#settings;
    if (judge !== classify) return this.record(admission, admittedAt, { ok: true, value });
    if (on === undefined && admission === this.#closedAdmission) this.#failures = 0;
    else this.#count(admission, admittedAt, "success", undefined, 0);
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
    this.#enter("closed");
    this.#announce(from);
  }

  #admitProbe(now: number, attempts: number): number {
    const { halfOpenProbes, probeLease } = this.#settings;
    if (this.#probes.length > 0) this.#probes = this.#probes.filter((probe) => probe.leaseEnds > now);
    if (this.#probes.length + this.#probeSuccesses >= halfOpenProbes) {
      throw this.#refusal("half-open", this.#untilFreeProbe(now), attempts);
    }
    const admission = ++this.#lastAdmission;
    this.#probes = [...this.#probes, { admission, leaseEnds: now + probeLease }];
    return admission;
  }

  /** Until the first lease ends, if all places are taken. */
  #untilFreeProbe(now: number): number {
    if (this.#probes.length + this.#probeSuccesses < this.#settings.halfOpenProbes) return 0;
    const leaseEnds = this.#probes.reduce((first, probe) => Math.min(first, probe.leaseEnds), Infinity);
    return Math.max(0, leaseEnds - now);
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
    const counted = this.#apply(admission, verdict, failure, retryAfter);
    if (on === undefined) return;
    const latency = clock.now() - admittedAt;
    notify<CircuitBreakerEvent>(on, { type: "record", key: this.key, verdict, latency, stale: !counted });
    this.#announce(from);
  }

  /** Returns whether the outcome still counts. */
  #apply(admission: number, verdict: Verdict, failure: unknown, retryAfter: number): boolean {
    if (this.#phase === "closed") {
      if (admission !== this.#closedAdmission) return false;
      if (verdict === "success") this.#failures = 0;
      else if (verdict === "failure" && ++this.#failures >= this.#settings.window.failures) {
        this.#open(failure, retryAfter);
      }
      return true;
    }
    const others = this.#probes.filter((probe) => probe.admission !== admission);
    if (others.length === this.#probes.length) return false;
    this.#probes = others;
    if (verdict === "failure") this.#open(failure, retryAfter);
    else if (verdict === "success" && ++this.#probeSuccesses >= this.#settings.halfOpenProbes) this.#enter("closed");
    return true;
  }

  #open(failure: unknown, retryAfter: number): void {
    const { clock, openDuration } = this.#settings;
    this.#lastFailure = failure;
    this.#openUntil = clock.now() + Math.max(openDuration, retryAfter);
    this.#enter("open");
  }

  /** Every number given out before becomes invalid. */
  #enter(phase: "closed" | "open" | "half-open"): void {
    this.#phase = phase;
    this.#failures = 0;
    this.#outdateAdmissions();
  }

  #outdateAdmissions(): void {
    this.#closedAdmission = ++this.#lastAdmission;
    this.#probes = [];
    this.#probeSuccesses = 0;
  }

  #force(): void {
    const from = this.state;
    this.#forced = this.#isolations.size > 0 ? "isolated" : this.#disablings.size > 0 ? "disabled" : undefined;
    if (this.state !== from) this.#outdateAdmissions();
    this.#announce(from);
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
