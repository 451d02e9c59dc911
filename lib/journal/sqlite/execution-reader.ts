import { JournalCorruptError } from "../../errors.ts";
import type { ExecutionEvent, JournalEntry } from "../../engine/events.ts";
import { isArray, isJsonObject } from "../../json.ts";
import type { Workflow } from "../../workflow.ts";
import type { CheckpointKey } from "../checkpoint.ts";
import type { JournalRange, StoredExecution } from "../journal.ts";
import type { Driver, Row, Statement } from "./driver.ts";
import { restore } from "./restore.ts";
import { jsonIn, numberIn, optionalTextIn, textIn } from "./row.ts";
import { asShown } from "./values.ts";

/** Reads executions back. Whatever cannot have been written is refused as damage, with its place. */
export class ExecutionReader {
  readonly #find: Statement;
  readonly #events: Statement;
  readonly #values: Statement;

  constructor(database: Driver) {
    this.#find = database.prepare(`
      SELECT e.key, e.origin, e.sequence, w.body FROM executions e LEFT JOIN workflows w ON w.key = e.workflow
      WHERE e.id = ?`);
    // The batch that the range begins in may begin before it.
    this.#events = database.prepare(`
      SELECT first_sequence, last_sequence, entries FROM events
      WHERE execution = ?1 AND last_sequence > ?2 AND first_sequence >= (
        SELECT coalesce(max(first_sequence), 0) FROM events WHERE execution = ?1 AND first_sequence <= ?2 + 1
      )
      ORDER BY first_sequence LIMIT ?3`);
    this.#values = database.prepare(`
      SELECT c.step, c.item, c.iteration, coalesce(c.value, b.body) AS value
      FROM checkpoints c LEFT JOIN blobs b ON b.key = c.blob WHERE c.execution = ?`);
  }

  read(executionId: string, { after = 0, limit = Infinity }: JournalRange = {}): readonly JournalEntry[] {
    const found = this.#find.get(executionId);
    if (found === undefined) return [];
    const entries = this.#entries(executionId, numberIn(found, "key"), after, limit);
    const start = entries.findIndex(({ sequence }) => sequence > after);
    return start < 0 ? [] : entries.slice(start, start + limit);
  }

  load(executionId: string): StoredExecution | undefined {
    const found = this.#find.get(executionId);
    if (found === undefined) return undefined;
    const key = numberIn(found, "key");
    const shown = this.#entries(executionId, key, 0, Infinity);
    const sequence = numberIn(found, "sequence");
    if (shown.length !== sequence) throw damaged(executionId, Math.min(shown.length, sequence) + 1);
    const values = new Map(this.#values.all(key).map((row) => [placeIn(row), row]));
    const entries = restore(shown, (place, at, shownValue) => {
      const row = values.get(placeText(place));
      if (row === undefined) throw damaged(executionId, at);
      if (row["value"] === asShown && shownValue !== undefined) return shownValue;
      return jsonIn(row, "value", `entry ${at} of execution "${executionId}"`);
    });
    return { executionId, workflow: workflowIn(found, executionId), origin: optionalTextIn(found, "origin"), entries };
  }

  #entries(executionId: string, key: number, after: number, limit: number): JournalEntry[] {
    // A batch has at least one entry, so no more of them are needed, and one that begins before the range.
    const batches = this.#events.all(key, after, Math.min(limit + 1, Number.MAX_SAFE_INTEGER));
    const entries: JournalEntry[] = [];
    for (const batch of batches) {
      const first = numberIn(batch, "first_sequence");
      const expected = entries.at(-1)?.sequence ?? (after === 0 ? 0 : first - 1);
      if (first !== expected + 1) throw damaged(executionId, expected + 1);
      addEntries(entries, batch, executionId);
      if (entries.at(-1)?.sequence !== numberIn(batch, "last_sequence")) throw damaged(executionId, first);
    }
    return entries;
  }
}

function addEntries(entries: JournalEntry[], batch: Row, executionId: string): void {
  const first = numberIn(batch, "first_sequence");
  const flat = jsonIn(batch, "entries", `entry ${first} of execution "${executionId}"`);
  if (!isArray(flat) || flat.length % 2 !== 0) throw damaged(executionId, first);
  for (let index = 0; index < flat.length; index += 2) {
    const [elapsedMs, event] = [flat[index], flat[index + 1]];
    const sequence = first + index / 2;
    if (typeof elapsedMs !== "number" || !isEvent(event)) throw damaged(executionId, sequence);
    entries.push({ executionId, sequence, elapsedMs, event });
  }
}

/** Events are written by this program alone, so their form is not looked at again: the fold refuses what cannot be. */
function isEvent(value: unknown): value is ExecutionEvent {
  return isJsonObject(value) && typeof value["type"] === "string";
}

function workflowIn(row: Row, executionId: string): Workflow {
  const where = `the workflow of execution "${executionId}"`;
  const workflow: unknown = jsonIn(row, "body", where);
  if (isWorkflow(workflow)) return workflow;
  throw new JournalCorruptError(`Cannot read ${where}: its record is damaged; restore a copy of the journal`);
}

function isWorkflow(value: unknown): value is Workflow {
  return isJsonObject(value) && value["kind"] === "workflow";
}

function placeIn(row: Row): string {
  return placeText({ step: textIn(row, "step"), item: numberIn(row, "item"), iteration: numberIn(row, "iteration") });
}

function placeText({ step, item, iteration }: CheckpointKey): string {
  return `${step}/${item}/${iteration}`;
}

function damaged(executionId: string, sequence: number): JournalCorruptError {
  return new JournalCorruptError(
    `Cannot read entry ${sequence} of execution "${executionId}": its record is damaged or missing; restore a copy of ` +
      "the journal",
  );
}
