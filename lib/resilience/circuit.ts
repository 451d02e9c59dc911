import { CircuitOpenError } from "../errors.ts";
import type { CircuitBreakerEvent, CircuitSettings, CircuitState } from "./circuit-options.ts";
import { classify, type Verdict } from "./classify.ts";
import { notify } from "./listener.ts";
import { Openings } from "./openings.ts";
import type { Outcome } from "./policy.ts";
import { Probes } from "./probes.ts";
import type { Tally } from "./tally.ts";

/** Never given to a call that counts. */
const uncounted = 0;

type Phase = "closed" | "open" | "half-open";

/** Keeps a circuit in a state by hand until it is disposed. */
interface Hold extends Disposable {
  readonly state: "isolated" | "disabled";
  readonly reason: unknown;
}

/**
 * The state of one circuit.
 *
 * Every call is admitted under a number: one for all calls of a closed period, one of its own for each probe. An outcome
 * counts only while its number is still valid, so what was begun before a change cannot undo it. No timers: an open
 * circuit becomes half-open, and a hung probe loses its place, when the next call looks at the clock.
 */
export class Circuit {
  readonly key: string | undefined;
  readonly settings: CircuitSettings;
  readonly openings: Openings;
  #tally: Tally | undefined;
  readonly #probes: Probes;
  #phase: Phase = "closed";
  #lastFailure: unknown = undefined;
  #lastAdmission = 1;
  #closedAdmission = 1;
  readonly #holds = new Set<Hold>();
  /** The one of them that counts. */
  #hold: Hold | undefined = undefined;

  constructor(settings: CircuitSettings, key?: string) {
    this.settings = settings;
    this.key = key;
    this.openings = new Openings(settings.openDuration, settings.random);
    this.#probes = new Probes(settings.halfOpenProbes, settings.probeLease);
    this.#tally = settings.window.kind === "consecutive" ? undefined : this.tally;
  }

  /** Made at the first failure, where only failures are counted: most circuits never see one. */
  get tally(): Tally {
    const { window, clock } = this.settings;
    return (this.#tally ??= window.createTally(clock));
  }

  get state(): CircuitState {
    return this.#hold?.state ?? this.#phase;
  }

  /** Milliseconds until a call may be let through, 0 when one may now. */
  get retryAfter(): number {
    const { state } = this;
    if (state === "isolated") return Infinity;
    if (state === "open") return Math.max(0, this.openings.until - this.settings.clock.now());
    return state === "half-open" ? this.#probes.untilFree(this.settings.clock.now()) : 0;
  }

  /** When an open or half-open circuit was or will be ready for a probe; undefined for any other or one being probed. */
  get waitingSince(): number | undefined {
    const isWaiting = this.#hold === undefined && this.#phase !== "closed" && this.#probes.isIdle;
    return isWaiting ? this.openings.until : undefined;
  }

  /** Where a stack is guarded by one circuit, this is what chooses it. */
  select(): Circuit {
    return this;
  }

  /** Lets a call in and numbers it, or throws a `CircuitOpenError`. `attempts` were made before this one. */
  admit(attempts: number): number {
    const { state } = this;
    if (state === "closed") return this.#closedAdmission;
    if (state === "disabled") return uncounted;
    if (state === "isolated") throw this.#refusal(state, attempts);
    const now = this.settings.clock.now();
    if (state === "open") {
      if (now < this.openings.until) throw this.#refusal(state, attempts);
      this.#enter("half-open");
      this.#announce(state);
    }
    if (this.#probes.admit(this.#lastAdmission + 1, now)) return ++this.#lastAdmission;
    throw this.#refusal("half-open", attempts);
  }

  /** When a call was admitted, for `record`. 0 where nobody wants to know how long calls take. */
  admittedAt(): number {
    return this.settings.isTimed ? this.settings.clock.now() : 0;
  }

  /** As `record` of a value, without making anything for the usual case. */
  succeed(admission: number, admittedAt: number, value: unknown): void {
    const { classify: judge, on } = this.settings;
    if (judge !== classify) return this.record(admission, admittedAt, { ok: true, value });
    const hasNoEffect = admission === this.#closedAdmission && this.#tally === undefined && on === undefined;
    if (!hasNoEffect) this.#count(admission, admittedAt, "success");
  }

  /** The call ended. A throwing `classify` leaves the circuit as if it had said `ignored`. */
  record(admission: number, admittedAt: number, outcome: Outcome<unknown>): void {
    let verdict: Verdict = "ignored";
    let retryAfter: number | undefined;
    try {
      const judgement = this.settings.classify(outcome);
      if (typeof judgement === "string") verdict = judgement;
      else ({ verdict, retryAfter } = judgement);
    } finally {
      this.#count(admission, admittedAt, verdict, outcome.ok ? undefined : outcome.error, retryAfter);
    }
  }

  /** The call's caller lost interest: the callee is neither well nor ill. */
  cancel(admission: number, admittedAt: number): void {
    this.#count(admission, admittedAt, "ignored");
  }

  hold(state: Hold["state"], reason?: unknown): Disposable {
    const hold: Hold = { state, reason, [Symbol.dispose]: () => this.#holds.delete(hold) && this.#force() };
    this.#holds.add(hold);
    this.#force();
    return hold;
  }

  reset(): void {
    this.openings.clear();
    this.resume("closed");
  }

  /** Goes on in `phase` from now, whoever held the circuit. */
  resume(phase: Phase): void {
    const from = this.state;
    this.#holds.clear();
    this.#hold = undefined;
    this.#enter(phase);
    this.#announce(from);
  }

  #count(admission: number, admittedAt: number, verdict: Verdict, failure?: unknown, retryAfter = 0): void {
    const { on, clock } = this.settings;
    const from = this.state;
    const stale = !this.#leave(admission);
    if (!stale && verdict !== "ignored") this.#apply(verdict, admittedAt, failure, retryAfter);
    if (on === undefined) return;
    const latency = clock.now() - admittedAt;
    notify<CircuitBreakerEvent>(on, { type: "record", key: this.key, verdict, latency, stale });
    this.#announce(from);
  }

  /** Returns whether the outcome of the call still counts. */
  #leave(admission: number): boolean {
    return this.#phase === "closed" ? admission === this.#closedAdmission : this.#probes.leave(admission);
  }

  /** A circuit that opens without a failure does so because calls are slow. */
  #apply(verdict: "success" | "failure", admittedAt: number, failure: unknown, retryAfter: number): void {
    const isFailure = verdict === "failure";
    const wasClosed = this.#phase === "closed";
    const { clock, slowAfter } = this.settings;
    let opens = isFailure;
    if (!wasClosed) opens ||= clock.now() - admittedAt > slowAfter;
    else if (isFailure) opens = this.tally.fail(admittedAt);
    else opens = this.#tally?.succeed(admittedAt) === true;
    if (opens) {
      this.openings.begin(clock.now(), retryAfter, wasClosed);
      this.#enter("open");
      this.#lastFailure = failure;
    } else if (!wasClosed && this.#probes.succeed()) this.#enter("closed");
  }

  /** Every number given out before becomes invalid. */
  #enter(phase: Phase): void {
    if (phase === "closed") {
      this.openings.until = this.settings.clock.now();
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
    const holds = [...this.#holds];
    this.#hold = holds.findLast(({ state }) => state === "isolated") ?? holds[0];
    if (this.state !== from) this.#outdateAdmissions();
    this.#announce(from);
  }

  #announce(from: CircuitState): void {
    const { key, state, retryAfter } = this;
    const { on } = this.settings;
    if (on === undefined || state === from) return;
    notify<CircuitBreakerEvent>(on, { type: "stateChange", key, from, to: state, retryAfter });
  }

  #refusal(state: "open" | "half-open" | "isolated", attempts: number): CircuitOpenError {
    const { key, retryAfter } = this;
    const { on } = this.settings;
    if (on !== undefined) notify<CircuitBreakerEvent>(on, { type: "reject", key, state, retryAfter });
    const callee = key === undefined ? "operation" : `"${key}"`;
    const wait = Number.isFinite(retryAfter) ? ` for another ${Math.ceil(retryAfter)} ms` : "";
    const cause = this.#hold === undefined ? this.#lastFailure : this.#hold.reason;
    const message = `Cannot call ${callee}: its circuit is ${state}${wait}`;
    return new CircuitOpenError(message, { key, state, retryAfter, attempts, cause });
  }
}
