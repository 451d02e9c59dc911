import type { Clock } from "../clock.ts";
import type { Batch, Journal } from "../journal/journal.ts";
import type { LogSink } from "../log.ts";
import { TimeLimits } from "../time-limits.ts";
import { Attempt } from "./attempt.ts";
import { SharedPolicies } from "./shared-policies.ts";
import type { EngineAgents } from "./engine-agents.ts";
import type { BoundedEventBus } from "./event-bus.ts";
import { logEntry } from "./event-log.ts";
import type { JournalEntry, UnitAddress } from "./events.ts";
import type { AttemptRequest, Host, RunningAttempt } from "./host.ts";
import type { Interpreter } from "./interpreter.ts";
import { LocalSite } from "./local-site.ts";
import { ReadyQueue } from "./ready-queue.ts";
import type { SecretMask, Secrets } from "./secret-mask.ts";
import { WakeQueue } from "./wake-queue.ts";

export interface LocalHostOptions {
  readonly agents: EngineAgents;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly bus: BoundedEventBus;
  readonly log: LogSink | undefined;
  readonly mask: SecretMask;
  /** Steps at once over all executions. */
  readonly maxConcurrency: number;
  readonly onEnded: (run: Interpreter, lost: unknown) => void;
}

const noAttempt: RunningAttempt = { abandon: () => undefined };

/** Runs everything in this process. */
export class LocalHost implements Host<Interpreter> {
  readonly #options: LocalHostOptions;
  readonly #queue = new ReadyQueue<Interpreter>();
  readonly #policies: SharedPolicies;
  readonly #wakes: WakeQueue;
  readonly #limits: TimeLimits;
  #running = 0;
  #isPumping = false;

  constructor(options: LocalHostOptions) {
    this.#options = options;
    this.#policies = new SharedPolicies(options.clock);
    this.#wakes = new WakeQueue(options.clock);
    this.#limits = new TimeLimits(options.clock);
  }

  get mask(): SecretMask {
    return this.#options.mask;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** Steps that have a slot. */
  get running(): number {
    return this.#running;
  }

  /** Steps that wait for one. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Lets a run's steps queue for slots. `secrets` are what its agents may read. One that
   * loses its record is closed in the middle of what it does, and whatever it still asks for is dropped.
   */
  open(run: Interpreter, secrets: Secrets): void {
    const { agents, clock, log, bus, mask } = this.#options;
    const lane = this.#queue.open(run, run.prepared.plan.policies.maxConcurrentSteps);
    const site = new LocalSite(run, secrets, { agents, clock, log, bus, mask, policies: this.#policies });
    run.seat = { lane, site };
  }

  /** No more steps of the run get slots. */
  close(run: Interpreter): void {
    if (run.seat === undefined) return;
    this.#queue.close(run.seat.lane);
    run.seat = undefined;
  }

  commit(run: Interpreter, batch: Batch): void | Promise<void> {
    const committed = this.#options.journal.append(batch);
    return committed === undefined ? this.announce(run, batch.shown) : this.#announceOnce(committed, run, batch);
  }

  /** On its own, since what a function gives to a later one takes memory from its first line on. */
  #announceOnce(committed: Promise<void>, run: Interpreter, batch: Batch): Promise<void> {
    return committed.then(() => this.announce(run, batch.shown));
  }

  enqueue(run: Interpreter, unit: number, needsSlot: boolean): void {
    if (!needsSlot) return run.begin(unit);
    if (run.seat === undefined) return;
    this.#queue.push(run.seat.lane, unit);
    this.#pump();
  }

  release(run: Interpreter): void {
    this.#running--;
    if (run.seat !== undefined) this.#queue.release(run.seat.lane);
    this.#pump();
  }

  attempt(run: Interpreter, request: AttemptRequest): RunningAttempt {
    return run.seat === undefined ? noAttempt : Attempt.start(run.seat.site, run, request);
  }

  wake(at: number, fire: () => void): Disposable {
    return this.#wakes.add(at, fire);
  }

  limit(ms: number, expire: () => void): Disposable {
    return this.#limits.start(ms, expire);
  }

  ended(run: Interpreter, lost?: unknown): void {
    this.close(run);
    this.#options.onEnded(run, lost);
  }

  /** Gives free slots to ready steps. A step that ends while it begins frees its slot inside the loop, not below it. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#running < this.#options.maxConcurrency) {
        const next = this.#queue.take();
        if (next === undefined) return;
        this.#running++;
        next.owner.begin(next.step);
      }
    } finally {
      this.#isPumping = false;
    }
  }

  /** Tells those who watch what was recorded. */
  announce(run: Interpreter, entries: readonly JournalEntry[]): void {
    const { bus, log } = this.#options;
    if (bus.hasSubscribers) for (const entry of entries) bus.publish(entry);
    if (log !== undefined) logEntries(run, entries, log);
  }
}

function logEntries({ state, trace }: Interpreter, entries: readonly JournalEntry[], log: LogSink): void {
  const { correlationId, createdAt } = state;
  const origin = { correlationId, createdAt, ids: (address?: UnitAddress) => trace?.ids(address) };
  for (const entry of entries) logEntry(entry, origin, log);
}
