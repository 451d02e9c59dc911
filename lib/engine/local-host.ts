import type { Clock } from "../clock.ts";
import type { Batch, Journal } from "../journal/journal.ts";
import type { LogSink } from "../log.ts";
import { Attempt } from "./attempt.ts";
import { SharedPolicies } from "./shared-policies.ts";
import type { BoundedEventBus } from "./event-bus.ts";
import { logEntry } from "./event-log.ts";
import type { JournalEntry } from "./events.ts";
import type { AttemptRequest, Host, RunningAttempt } from "./host.ts";
import type { Interpreter } from "./interpreter.ts";
import { LocalSite } from "./local-site.ts";
import { ReadyQueue } from "./ready-queue.ts";
import type { SecretMask, Secrets } from "./secret-mask.ts";
import { WakeQueue } from "./wake-queue.ts";

export interface LocalHostOptions {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly bus: BoundedEventBus;
  readonly log: LogSink | undefined;
  readonly mask: SecretMask;
  /** Steps at once over all executions. */
  readonly maxConcurrency: number;
  readonly onEnded: (run: Interpreter, lost: unknown) => void;
}

/** Runs everything in this process. */
export class LocalHost implements Host<Interpreter> {
  readonly #options: LocalHostOptions;
  readonly #queue = new ReadyQueue<Interpreter>();
  readonly #policies: SharedPolicies;
  readonly #secrets = new WeakMap<Interpreter, Secrets>();
  readonly #sites = new WeakMap<Interpreter, LocalSite>();
  readonly #wakes: WakeQueue;
  #running = 0;
  #isPumping = false;

  constructor(options: LocalHostOptions) {
    this.#options = options;
    this.#policies = new SharedPolicies(options.clock);
    this.#wakes = new WakeQueue(options.clock);
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

  /** Lets a run's steps queue for slots. `secrets` are what its agents may read. */
  open(run: Interpreter, secrets: Secrets): void {
    this.#secrets.set(run, secrets);
    this.#queue.open(run, run.prepared.plan.policies.maxConcurrentSteps);
  }

  /** Forgets a run that never began. */
  close(run: Interpreter): void {
    this.#queue.close(run);
  }

  commit(run: Interpreter, batch: Batch): void | Promise<void> {
    const committed = this.#options.journal.append(batch);
    if (committed === undefined) return this.announce(run, batch.shown);
    return committed.then(() => this.announce(run, batch.shown));
  }

  enqueue(run: Interpreter, unit: number): void {
    this.#queue.push(run, unit);
    this.#pump();
  }

  release(run: Interpreter): void {
    this.#running--;
    this.#queue.release(run);
    this.#pump();
  }

  attempt(run: Interpreter, request: AttemptRequest): RunningAttempt {
    return Attempt.start(this.#siteOf(run), run, request);
  }

  wake(at: number, fire: () => void): Disposable {
    return this.#wakes.add(at, fire);
  }

  ended(run: Interpreter, lost?: unknown): void {
    this.#queue.close(run);
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
        next.lane.begin(next.step);
      }
    } finally {
      this.#isPumping = false;
    }
  }

  #siteOf(run: Interpreter): LocalSite {
    const known = this.#sites.get(run);
    if (known !== undefined) return known;
    const { clock, log, bus, mask } = this.#options;
    const secrets = this.#secrets.get(run) ?? {};
    const site = new LocalSite(run, secrets, { clock, log, bus, mask, policies: this.#policies });
    this.#sites.set(run, site);
    return site;
  }

  /** Tells those who watch what was recorded. */
  announce({ state, trace }: Interpreter, entries: readonly JournalEntry[]): void {
    const { bus, log } = this.#options;
    if (bus.hasSubscribers) for (const entry of entries) bus.publish(entry);
    if (log === undefined) return;
    const { correlationId, createdAt } = state;
    for (const entry of entries)
      logEntry(entry, { correlationId, createdAt, ids: (address) => trace?.ids(address) }, log);
  }
}
