import type { Clock } from "../../clock.ts";
import type { ExecutionEvent, JournalEntry } from "../../engine/events.ts";
import { roundMs } from "../../engine/round-ms.ts";
import type { DisplayBudget } from "../display-budget.ts";
import type { Batch, Creation, NewExecution } from "../journal.ts";
import { isEnded } from "../recorded-status.ts";
import { alreadyEnded, checkpointExists, idTaken, leaseLost, outOfOrder } from "../refusals.ts";
import type { Driver, Statement } from "./driver.ts";
import { wholeValueOf } from "./execution-values.ts";
import type { IdempotencyTable } from "./idempotency-table.ts";
import { numberIn, optionalNumberIn } from "./row.ts";
import { ValueWriter } from "./values.ts";

/** What is remembered of an execution so that a batch need not ask for it. The file alone decides. */
interface Known {
  readonly key: number;
  shownBytes: number;
}

/** Records executions and their batches. Runs inside a transaction; {@link forget} what it did if that fails. */
export class ExecutionWriter {
  readonly #owner: number;
  readonly #budget: DisplayBudget;
  readonly #clock: Clock;
  readonly #keys: IdempotencyTable;
  readonly #values: ValueWriter;
  readonly #known = new Map<string, Known>();
  readonly #insertWorkflow: Statement;
  readonly #insert: Statement;
  readonly #find: Statement;
  readonly #advance: Statement;
  readonly #finish: Statement;
  readonly #insertEvents: Statement;
  readonly #consume: Statement;
  readonly #consumeNamed: Statement;
  readonly #dropMessages: Statement;

  constructor(database: Driver, owner: number, budget: DisplayBudget, clock: Clock, keys: IdempotencyTable) {
    this.#owner = owner;
    this.#budget = budget;
    this.#clock = clock;
    this.#keys = keys;
    this.#values = new ValueWriter(database);
    this.#insertWorkflow = database.prepare(
      "INSERT INTO workflows (hash, id, name, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#insert = database.prepare(`
      INSERT OR IGNORE INTO executions
        (workflow, id, parent, origin, status, owner, fence, sequence, shown_bytes, created_at, updated_at, wake_at, ended_at)
      VALUES ((SELECT key FROM workflows WHERE hash = ?), ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)`);
    this.#find = database.prepare(
      "SELECT key, owner, fence, shown_bytes, sequence, ended_at FROM executions WHERE id = ?",
    );
    const held = "WHERE key = ? AND owner = ? AND fence = ? AND sequence = ? AND ended_at IS NULL";
    const set = "status = ?, sequence = ?, shown_bytes = ?, updated_at = ?, wake_at = ?";
    this.#advance = database.prepare(`UPDATE executions SET ${set} ${held}`);
    this.#finish = database.prepare(`UPDATE executions SET ${set}, ended_at = ? ${held}`);
    this.#insertEvents = database.prepare(
      "INSERT INTO events (execution, first_sequence, last_sequence, entries) VALUES (?, ?, ?, ?)",
    );
    // A message with an id is kept as one that came before; another one is not.
    this.#consume = database.prepare("DELETE FROM messages WHERE id = ? AND execution = ? AND message_id IS NULL");
    this.#consumeNamed = database.prepare("UPDATE messages SET body = NULL WHERE id = ? AND execution = ?");
    this.#dropMessages = database.prepare("DELETE FROM messages WHERE execution = ?");
  }

  create(execution: NewExecution): Creation {
    const { executionId, idempotency, entries, shown } = execution;
    const now = this.#clock.wall();
    const holder = idempotency && this.#keys.holderOf(idempotency, now);
    if (holder !== undefined) return { isNew: false, executionId: holder };
    assertNext(executionId, 0, entries);
    const spent = { shownBytes: 0 };
    const displayed = this.#displayed(shown, spent);
    const key = this.#insertExecution(execution, spent.shownBytes, now);
    if (entries.length > 0) this.#insertEvents.run(key, 1, entries.length, textOf(entries, displayed));
    this.#writeValues(key, executionId, entries, displayed);
    if (idempotency !== undefined) this.#keys.add(idempotency, key, now);
    if (!isEnded(execution.status)) this.#known.set(executionId, { key, shownBytes: spent.shownBytes });
    return { isNew: true, fence: 1 };
  }

  append(batch: Batch): void {
    const { executionId, entries, shown } = batch;
    const known = this.#known.get(executionId) ?? this.#look(executionId);
    const first = entries[0]?.sequence;
    const spent = { shownBytes: known.shownBytes };
    const displayed = this.#displayed(shown, spent);
    this.#advanceTo(batch, known.key, spent.shownBytes);
    if (first !== undefined) {
      assertNext(executionId, first - 1, entries);
      this.#insertEvents.run(known.key, first, first + entries.length - 1, textOf(entries, displayed));
      this.#writeValues(known.key, executionId, entries, displayed);
    }
    for (const deliveryId of batch.consumed) {
      this.#consume.run(deliveryId, known.key);
      this.#consumeNamed.run(deliveryId, known.key);
    }
    known.shownBytes = spent.shownBytes;
    if (!isEnded(batch.status)) return;
    this.#dropMessages.run(known.key);
    this.#known.delete(executionId);
  }

  /** Drops what is remembered of an execution, which the file has otherwise by now. */
  forget(executionId: string): void {
    this.#known.delete(executionId);
  }

  #insertExecution(execution: NewExecution, shownBytes: number, now: number): number {
    const { executionId, entries, origin = null, status, wakeAt = null, workflowHash } = execution;
    const event = entries[0]?.event;
    const created = event?.type === "execution.created" ? event : undefined;
    const row = [
      workflowHash,
      executionId,
      created?.parent?.executionId ?? null,
      origin,
      status,
      this.#owner,
      entries.length,
      shownBytes,
      created?.createdAt ?? now,
      now,
      wakeAt,
      isEnded(status) ? now : null,
    ] as const;
    const inserted = this.#insert.run(...row);
    if (Number(inserted.changes) === 1) return Number(inserted.lastInsertRowid);
    if (!this.#addWorkflow(execution)) throw idTaken(executionId);
    return this.#insertExecution(execution, shownBytes, now);
  }

  /** False when it is there. */
  #addWorkflow({ workflow, workflowHash }: NewExecution): boolean {
    const { id, name } = workflow.metadata;
    return Number(this.#insertWorkflow.run(workflowHash, id, name, JSON.stringify(workflow)).changes) === 1;
  }

  /** Moves the execution on under the batch's fence, or explains why not. */
  #advanceTo(batch: Batch, key: number, shownBytes: number): void {
    const { executionId, entries, status, wakeAt = null, fence } = batch;
    const now = this.#clock.wall();
    const last = entries.at(-1)?.sequence;
    const after = entries[0] === undefined ? undefined : entries[0].sequence - 1;
    const before = after ?? this.#sequenceOf(executionId);
    const held = [key, this.#owner, fence, before] as const;
    const set = [status, last ?? before, shownBytes, now, wakeAt] as const;
    const { changes } = isEnded(status) ? this.#finish.run(...set, now, ...held) : this.#advance.run(...set, ...held);
    if (Number(changes) === 0) throw this.#refusal(batch, before);
  }

  #refusal({ executionId, fence }: Batch, before: number): Error {
    const row = this.#find.get(executionId);
    if (row === undefined) return leaseLost(executionId);
    if (numberIn(row, "fence") !== fence) return leaseLost(executionId);
    if (optionalNumberIn(row, "ended_at") !== undefined) return alreadyEnded(executionId);
    const isHeld = optionalNumberIn(row, "owner") === this.#owner;
    return isHeld ? outOfOrder(executionId, numberIn(row, "sequence") + 1, before + 1) : leaseLost(executionId);
  }

  #sequenceOf(executionId: string): number {
    const row = this.#find.get(executionId);
    return row === undefined ? 0 : numberIn(row, "sequence");
  }

  #look(executionId: string): Known {
    const row = this.#find.get(executionId);
    if (row === undefined) throw leaseLost(executionId);
    const known = { key: numberIn(row, "key"), shownBytes: numberIn(row, "shown_bytes") };
    this.#known.set(executionId, known);
    return known;
  }

  #writeValues(
    key: number,
    executionId: string,
    entries: readonly JournalEntry[],
    displayed: readonly ExecutionEvent[],
  ): void {
    let index = 0;
    for (const entry of entries) {
      const isShown = displayed[index++] === entry.event;
      const whole = wholeValueOf(entry);
      if (whole === undefined) continue;
      const isNew = isShown ? this.#values.mark(key, whole) : this.#values.write(key, whole, whole.value);
      if (!isNew) throw checkpointExists(executionId, whole);
    }
  }

  #displayed(shown: readonly JournalEntry[], spent: { shownBytes: number }): readonly ExecutionEvent[] {
    return shown.map((entry) => this.#budget.take(entry, spent).event);
  }
}

/** What is shown of entries, as one JSON text: an array of elapsed time, in whole microseconds, and event in turn. */
function textOf(entries: readonly JournalEntry[], displayed: readonly ExecutionEvent[]): string {
  const flat: unknown[] = [];
  for (const { elapsedMs } of entries) flat.push(roundMs(elapsedMs), displayed[flat.length >> 1]);
  return JSON.stringify(flat);
}

function assertNext(executionId: string, after: number, entries: readonly JournalEntry[]): void {
  let expected = after;
  for (const { sequence } of entries) {
    if (sequence !== ++expected) throw outOfOrder(executionId, expected, sequence);
  }
}
