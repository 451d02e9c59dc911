import { CircuitOpenError } from "../errors.ts";
import type { CircuitSettings, CircuitState, Judgement } from "./circuit-options.ts";
import { classify, type Verdict } from "./classify.ts";
import { outcomeOf } from "./policy.ts";
import type { Tally } from "./tally.ts";

/** Never given to a call that counts. */
const uncounted = 0;

/** A callee's word may not disable it for days. */
const maxAsked = 3_600_000;

type Phase = "closed" | "open" | "half-open";

/** What keeps a circuit in a state by hand. */
export interface Hold {
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
  readonly tally: Tally;
  /** When the lease of each probe under way ends, by its admission. */
  readonly probes = new Map<number, number>();
  /** How often it has opened in a row, which ends when it has stayed closed for as long as it was open the last time. */
  openings = 0;
  /** The length of the last opening. */
  openFor = 0;
  /** When the last opening is over or was: since when the circuit may be probed, or is closed. */
  openUntil = 0;
  #phase: Phase = "closed";
  #hold: Hold | undefined = undefined;
  #lastFailure: unknown = undefined;
  #lastAdmission = 1;
  #closedAdmission = 1;
  /** Of probes. Each keeps its place. */
  #successes = 0;

  constructor(settings: CircuitSettings, key?: string) {
    this.settings = settings;
    this.key = key;
    this.tally = settings.window.createTally(settings.clock);
  }

  get hold(): Hold | undefined {
    return this.#hold;
  }

  get state(): CircuitState {
    return this.#hold?.state ?? this.#phase;
  }

  /** Milliseconds until a call may be let through, 0 when one may now. */
  get retryAfter(): number {
    const { state } = this;
    if (state === "isolated") return Infinity;
    const [firstLease = Infinity] = this.probes.values();
    // Leases are equally long, so the first one to begin ends first.
    const until = state === "open" ? this.openUntil : state === "half-open" && this.#isFull() ? firstLease : 0;
    return Math.max(0, until - this.settings.clock.now());
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
    const { clock, probeLease } = this.settings;
    const now = clock.now();
    if (state === "isolated" || (state === "open" && now < this.openUntil)) throw this.#refusal(state, attempts);
    if (state === "open") {
      this.#enter("half-open");
      this.#announce(state);
    }
    for (const [probe, leaseEnd] of this.probes) if (leaseEnd <= now) this.probes.delete(probe);
    if (this.#isFull()) throw this.#refusal("half-open", attempts);
    this.probes.set(++this.#lastAdmission, now + probeLease);
    return this.#lastAdmission;
  }

  /**
   * The call ended well or not, or without either its caller lost interest: then the callee is neither well nor ill.
   * A throwing `classify` leaves the circuit as if it had said `ignored`.
   */
  record(admission: number, admittedAt: number, ok?: boolean, result?: unknown): void {
    const { classify: judge } = this.settings;
    let judgement: Judgement = "ignored";
    try {
      if (ok === true && judge === classify) judgement = "success";
      else if (ok !== undefined) judgement = judge(outcomeOf(ok, result));
    } finally {
      this.#count(admission, admittedAt, judgement, ok === true ? undefined : result);
    }
  }

  reset(): void {
    this.openings = 0;
    this.openFor = 0;
    this.change(undefined, "closed");
  }

  /** Keeps the circuit in a state by hand, or without a hold lets it be what it was, or in `phase` from now. */
  change(hold: Hold | undefined, phase?: Phase): void {
    const { state } = this;
    this.#hold = hold;
    if (phase === undefined) this.#outdateAdmissions();
    else this.#enter(phase);
    this.#announce(state);
  }

  #isFull(): boolean {
    return this.probes.size + this.#successes >= this.settings.halfOpenProbes;
  }

  #count(admission: number, admittedAt: number, judgement: Judgement, failure: unknown): void {
    const { key, state, settings } = this;
    const verdict = typeof judgement === "string" ? judgement : judgement.verdict;
    const asked = typeof judgement === "string" ? 0 : judgement.retryAfter;
    const isCounted = this.#phase === "closed" ? admission === this.#closedAdmission : this.probes.delete(admission);
    if (isCounted && verdict !== "ignored") this.#apply(verdict, admittedAt, failure, asked);
    if (settings.records) {
      settings.emit?.({ type: "record", key, verdict, latency: settings.clock.now() - admittedAt, stale: !isCounted });
    }
    this.#announce(state);
  }

  /** A circuit that opens without a failure does so because calls are slow. */
  #apply(verdict: Verdict, admittedAt: number, failure: unknown, asked: number | undefined): void {
    const { clock, slowAfter, halfOpenProbes } = this.settings;
    const isFailure = verdict === "failure";
    const wasClosed = this.#phase === "closed";
    const opens = wasClosed
      ? isFailure
        ? this.tally.fail(admittedAt)
        : this.tally.succeed(admittedAt)
      : isFailure || clock.now() - admittedAt > slowAfter;
    if (opens) {
      this.#open(clock.now(), asked, wasClosed);
      this.#lastFailure = failure;
    } else if (!wasClosed && ++this.#successes >= halfOpenProbes) this.#enter("closed");
  }

  /** Opens for as long as it is this opening's turn to, or as long as the callee asked for. */
  #open(now: number, asked: number | undefined, wasClosed: boolean): void {
    const { openDuration, random } = this.settings;
    if (wasClosed && now - this.openUntil >= this.openFor) this.openings = this.openFor = 0;
    const own = openDuration({ attempt: ++this.openings, previousDelay: this.openFor }, random);
    // A callee or a custom backoff may say anything, and open for no time at all would let every call be a probe.
    this.openFor = Math.max(1, own || 0, Math.min(asked || 0, maxAsked));
    this.openUntil = now + this.openFor;
    this.#enter("open");
  }

  /** Every number given out before becomes invalid. */
  #enter(phase: Phase): void {
    if (phase === "closed") {
      this.openUntil = this.settings.clock.now();
      this.#lastFailure = undefined;
    }
    this.#phase = phase;
    this.tally.clear();
    this.#outdateAdmissions();
  }

  #outdateAdmissions(): void {
    this.#closedAdmission = ++this.#lastAdmission;
    this.#successes = 0;
    this.probes.clear();
  }

  #announce(from: CircuitState): void {
    const { key, state: to, settings } = this;
    if (to !== from) settings.emit?.({ type: "stateChange", key, from, to, retryAfter: this.retryAfter });
  }

  #refusal(state: CircuitOpenError["state"], attempts: number): CircuitOpenError {
    const { key, retryAfter } = this;
    this.settings.emit?.({ type: "reject", key, state, retryAfter });
    const callee = key === undefined ? "operation" : `"${key}"`;
    const wait = retryAfter === Infinity ? "" : ` for another ${Math.ceil(retryAfter)} ms`;
    const cause = this.#hold === undefined ? this.#lastFailure : this.#hold.reason;
    const message = `Cannot call ${callee}: its circuit is ${state}${wait}`;
    return new CircuitOpenError(message, { key, state, retryAfter, attempts, cause });
  }
}
