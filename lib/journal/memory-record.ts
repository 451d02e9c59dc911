import type { ExecutionEvent, JournalEntry } from "../engine/events.ts";
import type { Workflow } from "../workflow.ts";
import { type Checkpoint, checkpointOf } from "./checkpoint.ts";
import type { DisplayBudget } from "./display-budget.ts";
import type { Batch, ExecutionSummary, ListQuery, NewExecution, RecordedStatus } from "./journal.ts";
import { Linked } from "../resilience/linked-list.ts";
import { isEnded } from "./recorded-status.ts";
import { checkpointExists, outOfOrder } from "./refusals.ts";

/** One that records executions in memory. It is alive until it is closed, or until the time its lease ends. */
export interface MemoryOwner {
  leaseEndsAt: number;
}

/** All that memory holds of an execution. Once it has ended it is linked behind those that ended before. */
export class MemoryRecord extends Linked {
  readonly executionId: string;
  readonly workflow: Workflow;
  readonly workflowHash: string;
  readonly origin: string | undefined;
  readonly parentId: string | undefined;
  readonly createdAt: number;
  /** How many were created before it. */
  readonly number: number;
  readonly idempotencyKey: string | undefined;
  /** What happened, with all values. The entries are made when somebody asks: many records are kept that nobody looks at. */
  readonly events: ExecutionEvent[] = [];
  /** `elapsedMs` of the events. */
  readonly times: number[] = [];
  /** The events with nothing in them that must not be shown: the same array until there is such a thing. */
  redacted: ExecutionEvent[] = this.events;
  /** Those that somebody has looked at, as they are shown. */
  shown: JournalEntry[] | undefined = undefined;
  /** Undefined once no more can come. */
  checkpoints: Set<string> | undefined = new Set();
  /** Ids of all messages that ever came. */
  messageIds: Set<string> | undefined = undefined;
  owner: MemoryOwner | undefined;
  fence = 1;
  status: RecordedStatus = "queued";
  wakeAt: number | undefined = undefined;
  shownBytes = 0;

  constructor(
    execution: NewExecution,
    owner: MemoryOwner,
    { number, nowMs }: { readonly number: number; readonly nowMs: number },
  ) {
    super();
    const created = execution.entries[0]?.event;
    const isCreation = created?.type === "execution.created";
    this.executionId = execution.executionId;
    this.workflow = execution.workflow;
    this.workflowHash = execution.workflowHash;
    this.origin = execution.origin;
    this.parentId = isCreation ? created.parent?.executionId : undefined;
    this.createdAt = isCreation ? created.createdAt : nowMs;
    this.number = number;
    this.idempotencyKey = execution.idempotency?.key;
    this.owner = owner;
  }
}

/** Adds the entries of a batch, or none of them. */
export function addEntries(record: MemoryRecord, { entries, shown }: Pick<Batch, "entries" | "shown">): void {
  assertNext(record, entries);
  addCheckpoints(record, entries);
  if (shown !== entries && record.redacted === record.events) record.redacted = [...record.events];
  for (const { event, elapsedMs } of entries) {
    record.events.push(event);
    record.times.push(elapsedMs);
  }
  if (record.redacted !== record.events) for (const { event } of shown) record.redacted.push(event);
}

/** The entries with all values. */
export function wholeEntries({ executionId, events, times }: MemoryRecord): readonly JournalEntry[] {
  return entriesOf(executionId, events, times, 0);
}

/** The entries as they are shown. Made when somebody looks: to cut values costs more than to record them. */
export function shownEntries(record: MemoryRecord, budget: DisplayBudget): readonly JournalEntry[] {
  const { executionId, redacted, times } = record;
  const shown = (record.shown ??= []);
  for (const entry of entriesOf(executionId, redacted, times, shown.length)) shown.push(budget.take(entry, record));
  return shown;
}

function entriesOf(
  executionId: string,
  events: readonly ExecutionEvent[],
  times: readonly number[],
  from: number,
): readonly JournalEntry[] {
  return events.slice(from).map((event, index) => {
    return { executionId, sequence: from + index + 1, elapsedMs: times[from + index] ?? 0, event };
  });
}

function assertNext({ executionId, events }: MemoryRecord, entries: readonly JournalEntry[]): void {
  let expected = events.length;
  for (const { sequence } of entries) {
    if (sequence !== ++expected) throw outOfOrder(executionId, expected, sequence);
  }
}

function addCheckpoints({ executionId, checkpoints }: MemoryRecord, entries: readonly JournalEntry[]): void {
  if (checkpoints === undefined) return;
  let added = 0;
  for (const entry of entries) {
    const twice = addCheckpoint(checkpoints, entry);
    if (twice !== undefined) {
      for (const earlier of entries.slice(0, added)) checkpoints.delete(placeOf(earlier) ?? "");
      throw checkpointExists(executionId, twice);
    }
    added++;
  }
}

/** Gives the checkpoint back if there is one at its place. */
function addCheckpoint(checkpoints: Set<string>, entry: JournalEntry): Checkpoint | undefined {
  const place = placeOf(entry);
  if (place === undefined) return undefined;
  const before = checkpoints.size;
  return checkpoints.add(place).size > before ? undefined : checkpointOf(entry);
}

/** Where the checkpoint in an entry stands, as one text. That of a plain step, which is nearly every one, is its id. */
function placeOf(entry: JournalEntry): string | undefined {
  if (entry.event.type === "step.completed") return entry.event.stepId;
  const checkpoint = checkpointOf(entry);
  return checkpoint && `${checkpoint.step}/${checkpoint.item}/${checkpoint.iteration}`;
}

/** Whether somebody who is alive goes on with the execution. */
export function isOwned({ owner, status }: MemoryRecord, nowMs: number): boolean {
  return owner !== undefined && owner.leaseEndsAt > nowMs && !isEnded(status);
}

export function matches(record: MemoryRecord, query: ListQuery, nowMs: number): boolean {
  return (
    (query.children === true || query.parentId !== undefined || record.parentId === undefined) &&
    (query.parentId === undefined || record.parentId === query.parentId) &&
    (query.isOwned === undefined || (!isEnded(record.status) && isOwned(record, nowMs) === query.isOwned)) &&
    (query.status === undefined || query.status.includes(record.status)) &&
    (query.workflowId === undefined || record.workflow.metadata.id === query.workflowId) &&
    (query.idPrefix === undefined || record.executionId.startsWith(query.idPrefix)) &&
    (query.createdBefore === undefined || record.createdAt < query.createdBefore) &&
    (query.createdSince === undefined || record.createdAt >= query.createdSince) &&
    (query.text === undefined || hasText(record, query.text))
  );
}

function hasText({ executionId, workflow }: MemoryRecord, text: string): boolean {
  const { id, name } = workflow.metadata;
  return lowerAscii(`${executionId}\n${id}\n${name}`).includes(lowerAscii(text));
}

/** As SQLite's `lower()`. */
function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export function summaryOf(record: MemoryRecord, nowMs: number): ExecutionSummary {
  return {
    executionId: record.executionId,
    workflowId: record.workflow.metadata.id,
    workflowName: record.workflow.metadata.name,
    workflowHash: record.workflowHash,
    status: record.status,
    createdAt: record.createdAt,
    updatedAt: Math.floor(record.createdAt + (record.times.at(-1) ?? 0)),
    wakeAt: record.wakeAt,
    origin: record.origin,
    parentId: record.parentId,
    sequence: record.events.length,
    isOwned: isOwned(record, nowMs),
  };
}
