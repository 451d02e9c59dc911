import { type Clock, systemClock } from "../clock.ts";
import type { JournalEntry } from "../engine/events.ts";
import { IdTable } from "../id-table.ts";
import { DisplayBudget, type DisplayLimits } from "./display-budget.ts";
import type {
  Batch,
  Claim,
  ClaimQuery,
  Creation,
  Delivery,
  ExecutionSummary,
  IdempotencyClaim,
  Journal,
  JournalRange,
  ListQuery,
  Message,
  NewExecution,
  StoredExecution,
} from "./journal.ts";
import {
  addEntries,
  isOwned,
  matches,
  type MemoryOwner,
  MemoryRecord,
  shownEntries,
  summaryOf,
  wholeEntries,
} from "./memory-record.ts";
import { LinkedList } from "../resilience/linked-list.ts";
import { Listeners, together } from "./listeners.ts";
import { isEnded } from "./recorded-status.ts";
import { alreadyEnded, idTaken, keyReused, leaseLost } from "./refusals.ts";

export interface MemoryJournalOptions extends DisplayLimits {
  /** How many finished executions are kept, default 1,000. The one that finished first is forgotten first. */
  readonly keepFinished?: number;
  /** Milliseconds after {@link MemoryJournal.crash} until others may take over, default 15,000. */
  readonly leaseMs?: number;
  readonly clock?: Clock;
}

/** What the owners of one memory share. */
interface Shared {
  readonly budget: DisplayBudget;
  readonly clock: Clock;
  readonly keepFinished: number;
  readonly leaseMs: number;
  readonly records: IdTable<MemoryRecord>;
  created: number;
  readonly keys: Map<
    string,
    { readonly executionId: string; readonly fingerprint: string; readonly expiresAt: number }
  >;
  /** In the order of their ends. */
  readonly finished: LinkedList<MemoryRecord>;
  finishedCount: number;
  /** Messages that no batch has consumed, in the order they came in. */
  readonly waiting: Map<number, Delivery>;
  readonly watchers: Listeners;
  sent: number;
  isShared: boolean;
}

/**
 * Keeps executions in this process: a crash loses them. Nothing waits: `create` and `append` return plain values.
 */
export class MemoryJournal implements Journal {
  readonly #shared: Shared;
  readonly #owner: MemoryOwner = { leaseEndsAt: Infinity };
  readonly #lapses = new Listeners();

  constructor(options: MemoryJournalOptions | MemoryJournal = {}) {
    this.#shared = options instanceof MemoryJournal ? options.#shared : share(options);
  }

  /** Only once there is another owner. */
  get isShared(): boolean {
    return this.#shared.isShared;
  }

  /** Another owner of the same executions, as a second process on one file would be. */
  handle(): MemoryJournal {
    this.#shared.isShared = true;
    return new MemoryJournal(this);
  }

  /** Lets this owner fall silent, as a process that is killed: after the lease others may take over from it. */
  crash(): void {
    this.#owner.leaseEndsAt = this.#shared.clock.wall() + this.#shared.leaseMs;
  }

  /** Lets an owner that fell silent be heard again. It keeps what nobody took over meanwhile. */
  revive(): void {
    const hasLapsed = this.#owner.leaseEndsAt <= this.#shared.clock.wall();
    this.#owner.leaseEndsAt = Infinity;
    if (hasLapsed) this.#lapses.tell();
  }

  create(execution: NewExecution): Creation {
    const { records, keys, clock } = this.#shared;
    const now = clock.wall();
    const { executionId, idempotency, status, wakeAt } = execution;
    const holder = idempotency && this.#holderOf(idempotency, now);
    if (holder !== undefined) return { isNew: false, executionId: holder };
    if (records.get(executionId) !== undefined) throw idTaken(executionId);
    const record = new MemoryRecord(execution, this.#owner, { number: this.#shared.created++, nowMs: now });
    addEntries(record, execution);
    record.status = status;
    record.wakeAt = wakeAt;
    records.set(executionId, record);
    if (idempotency !== undefined) {
      const { key, fingerprint, ttlMs } = idempotency;
      keys.delete(key);
      keys.set(key, { executionId, fingerprint, expiresAt: now + ttlMs });
    }
    if (isEnded(status)) this.#finish(record);
    return { isNew: true, fence: record.fence };
  }

  append(batch: Batch): void {
    const record = this.#shared.records.get(batch.executionId);
    if (record?.owner !== this.#owner || record.fence !== batch.fence) {
      if (record?.fence === batch.fence && isEnded(record.status)) throw alreadyEnded(batch.executionId);
      throw leaseLost(batch.executionId);
    }
    addEntries(record, batch);
    record.status = batch.status;
    record.wakeAt = batch.wakeAt;
    for (const deliveryId of batch.consumed) this.#shared.waiting.delete(deliveryId);
    if (isEnded(batch.status)) this.#finish(record);
  }

  read(executionId: string, { after = 0, limit = Infinity }: JournalRange = {}): Promise<readonly JournalEntry[]> {
    const { records, budget } = this.#shared;
    const record = records.get(executionId);
    const entries = record === undefined ? [] : shownEntries(record, budget);
    // Sequences have no gaps and start at 1, so entry n stands at index n - 1.
    return Promise.resolve(entries.slice(after, after + limit));
  }

  load(executionId: string): Promise<StoredExecution | undefined> {
    const record = this.#shared.records.get(executionId);
    if (record === undefined) return Promise.resolve(undefined);
    const { workflow, origin } = record;
    return Promise.resolve({ executionId, workflow, origin, entries: wholeEntries(record) });
  }

  list(query: ListQuery = {}): Promise<readonly ExecutionSummary[]> {
    const now = this.#shared.clock.wall();
    const records = [...this.#shared.records.values()].toSorted((left, right) => byCreation(right, left));
    const found = behind(records, query.after)
      .filter((record) => matches(record, query, now))
      .slice(0, query.limit ?? 50);
    return Promise.resolve(found.map((record) => summaryOf(record, now)));
  }

  claim({ executionId, limit = 100 }: ClaimQuery): Promise<readonly Claim[]> {
    const { records, clock } = this.#shared;
    const now = clock.wall();
    const one = executionId === undefined ? undefined : records.get(executionId);
    const candidates = executionId === undefined ? [...records.values()] : one === undefined ? [] : [one];
    const claimed = candidates
      .filter((record) => !isEnded(record.status) && !isOwned(record, now) && record.owner !== this.#owner)
      .toSorted(byCreation)
      .slice(0, limit);
    for (const record of claimed) {
      record.owner = this.#owner;
      record.fence++;
    }
    return Promise.resolve(claimed.map((record) => ({ executionId: record.executionId, fence: record.fence })));
  }

  send(executionId: string, message: Message): Promise<boolean> {
    const record = this.#shared.records.get(executionId);
    if (record === undefined || isEnded(record.status)) return Promise.resolve(false);
    const id = message.kind === "signal" ? message.id : undefined;
    if (id !== undefined) {
      record.messageIds ??= new Set();
      if (record.messageIds.has(id)) return Promise.resolve(true);
      record.messageIds.add(id);
    }
    const deliveryId = ++this.#shared.sent;
    this.#shared.waiting.set(deliveryId, { deliveryId, executionId, message });
    this.#shared.watchers.tell();
    return Promise.resolve(true);
  }

  watch(onMessage: () => void, onLapse?: () => void): Disposable {
    const messages = this.#shared.watchers.add(() => queueMicrotask(onMessage));
    return onLapse === undefined ? messages : together([messages, this.#lapses.add(() => queueMicrotask(onLapse))]);
  }

  inbox(): Promise<readonly Delivery[]> {
    const { records, waiting } = this.#shared;
    const mine = [...waiting.values()].filter(({ executionId }) => records.get(executionId)?.owner === this.#owner);
    return Promise.resolve(mine);
  }

  release(executionId: string): void {
    const record = this.#shared.records.get(executionId);
    if (record?.owner === this.#owner) record.owner = undefined;
  }

  forget(executionId: string): void {
    const { records, keys } = this.#shared;
    const record = records.get(executionId);
    const key = record?.idempotencyKey;
    if (key !== undefined && keys.get(key)?.executionId === executionId) keys.delete(key);
    records.delete(executionId);
    if (record !== undefined && isEnded(record.status)) {
      record.unlink();
      this.#shared.finishedCount--;
    }
    this.#dropMessages(executionId);
  }

  /** Gives up every lease. What was recorded can still be read. */
  close(): Promise<void> {
    for (const record of this.#shared.records.values()) {
      if (record.owner === this.#owner) record.owner = undefined;
    }
    return Promise.resolve();
  }

  /** The execution that a request with this key started. */
  #holderOf({ key, fingerprint }: IdempotencyClaim, now: number): string | undefined {
    const { keys } = this.#shared;
    for (const [old, { expiresAt }] of keys) {
      // Keys mostly live equally long and a Map keeps its order, so the expired ones stand first.
      if (expiresAt > now) break;
      keys.delete(old);
    }
    const claim = keys.get(key);
    if (claim === undefined || claim.expiresAt <= now) return undefined;
    if (claim.fingerprint !== fingerprint) throw keyReused();
    return claim.executionId;
  }

  #dropMessages(executionId: string): void {
    const { waiting } = this.#shared;
    if (waiting.size === 0) return;
    for (const delivery of waiting.values()) {
      if (delivery.executionId === executionId) waiting.delete(delivery.deliveryId);
    }
  }

  #finish(record: MemoryRecord): void {
    record.owner = undefined;
    record.checkpoints = undefined;
    record.messageIds = undefined;
    this.#dropMessages(record.executionId);
    const { finished, keepFinished } = this.#shared;
    finished.add(record);
    this.#shared.finishedCount++;
    while (finished.first !== undefined && this.#shared.finishedCount > keepFinished) {
      this.forget(finished.first.executionId);
    }
  }
}

/** Of those created at the same time the one that came later is the newer. */
function byCreation(left: MemoryRecord, right: MemoryRecord): number {
  return left.createdAt - right.createdAt || left.number - right.number;
}

function behind(records: readonly MemoryRecord[], after: ListQuery["after"]): readonly MemoryRecord[] {
  if (after === undefined) return records;
  const place = records.findIndex(({ executionId }) => executionId === after.executionId);
  return place < 0 ? records.filter(({ createdAt }) => createdAt <= after.createdAt) : records.slice(place + 1);
}

function share({
  clock = systemClock,
  keepFinished = 1_000,
  leaseMs = 15_000,
  ...limits
}: MemoryJournalOptions): Shared {
  return {
    budget: new DisplayBudget(limits),
    clock,
    keepFinished,
    leaseMs,
    records: new IdTable(),
    created: 0,
    keys: new Map(),
    finished: new LinkedList(),
    finishedCount: 0,
    waiting: new Map(),
    watchers: new Listeners(),
    sent: 0,
    isShared: false,
  };
}
