import type { Clock } from "../clock.ts";
import type { Journal } from "../journal/journal.ts";
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

export interface LocalHostOptions {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly bus: BoundedEventBus;
  readonly log: LogSink | undefined;
  /** Steps at once over all executions. */
  readonly maxConcurrency: number;
  readonly onEnded: (run: Interpreter, lost: unknown) => void;
}

/** Runs everything in this process. */
export class LocalHost implements Host<Interpreter> {
  readonly #options: LocalHostOptions;
  readonly #queue = new ReadyQueue<Interpreter>();
  readonly #policies: SharedPolicies;
  readonly #sites = new WeakMap<Interpreter, LocalSite>();
  #running = 0;
  #isPumping = false;

  constructor(options: LocalHostOptions) {
    this.#options = options;
    this.#policies = new SharedPolicies(options.clock);
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

  /** Lets a run's steps queue for slots. */
  open(run: Interpreter): void {
    this.#queue.open(run, run.prepared.plan.policies.maxConcurrentSteps);
  }

  commit(run: Interpreter, entries: readonly JournalEntry[]): void | Promise<void> {
    const committed = this.#options.journal.append(entries);
    if (committed === undefined) return this.#announce(run, entries);
    return committed.then(() => this.#announce(run, entries));
  }

  enqueue(run: Interpreter, step: number): void {
    this.#queue.push(run, step);
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
    const { clock, log, bus } = this.#options;
    const site = new LocalSite(run, { clock, log, bus, policies: this.#policies });
    this.#sites.set(run, site);
    return site;
  }

  #announce({ state, trace }: Interpreter, entries: readonly JournalEntry[]): void {
    const { bus, log } = this.#options;
    for (const entry of entries) bus.publish(entry);
    if (log === undefined) return;
    const { correlationId, createdAt } = state;
    for (const entry of entries)
      logEntry(entry, { correlationId, createdAt, ids: (stepId) => trace?.ids(stepId) }, log);
  }
}
