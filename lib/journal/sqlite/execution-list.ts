import { JournalCorruptError } from "../../errors.ts";
import type { ExecutionSummary, ListQuery, RecordedStatus } from "../journal.ts";
import { isEnded, recordedStatuses } from "../recorded-status.ts";
import type { Driver, Row, SqlValue, Statement } from "./driver.ts";
import type { Lease } from "./lease.ts";
import { numberIn, optionalNumberIn, optionalTextIn, textIn } from "./row.ts";

const columns = `
  e.id, w.id AS workflow_id, w.name AS workflow_name, w.hash AS workflow_hash, e.status, e.created_at, e.updated_at,
  e.wake_at, e.origin, e.parent, e.sequence, e.owner`;

const statuses: ReadonlySet<string> = new Set(recordedStatuses);

/** Lists executions by how they stand. */
export class ExecutionList {
  readonly #database: Driver;
  readonly #lease: Lease;
  /** By its conditions: there are few combinations. */
  readonly #statements = new Map<string, Statement>();

  constructor(database: Driver, lease: Lease) {
    this.#database = database;
    this.#lease = lease;
  }

  list(query: ListQuery = {}): readonly ExecutionSummary[] {
    const living = new Set(this.#lease.living());
    const { where, parameters } = conditionsOf(query, living);
    return this.#statement(where)
      .all(...parameters, Math.min(query.limit ?? 50, Number.MAX_SAFE_INTEGER))
      .map((row) => summaryIn(row, living));
  }

  #statement(where: string): Statement {
    let statement = this.#statements.get(where);
    if (statement === undefined) {
      statement = this.#database.prepare(
        `SELECT ${columns} FROM executions e JOIN workflows w ON w.key = e.workflow ${where}
         ORDER BY e.created_at DESC, e.key DESC LIMIT ?`,
      );
      this.#statements.set(where, statement);
    }
    return statement;
  }
}

function conditionsOf(
  query: ListQuery,
  living: ReadonlySet<number>,
): { readonly where: string; readonly parameters: readonly SqlValue[] } {
  const conditions: string[] = [];
  const parameters: SqlValue[] = [];
  const add = (condition: string, ...values: SqlValue[]): void => {
    conditions.push(condition);
    parameters.push(...values);
  };
  if (query.parentId !== undefined) add("e.parent = ?", query.parentId);
  else if (query.children !== true) add("e.parent IS NULL");
  if (query.isOwned !== undefined) {
    const owned = "coalesce(e.owner IN (SELECT value FROM json_each(?)), 0)";
    add(`e.ended_at IS NULL AND ${query.isOwned ? owned : `NOT ${owned}`}`, JSON.stringify([...living]));
  }
  if (query.status !== undefined) add("e.status IN (SELECT value FROM json_each(?))", JSON.stringify(query.status));
  if (query.workflowId !== undefined) add("e.workflow IN (SELECT key FROM workflows WHERE id = ?)", query.workflowId);
  // A range, which an index can serve; LIKE would need escapes. No id holds the last code point.
  if (query.idPrefix !== undefined) add("e.id >= ? AND e.id < ? || char(1114111)", query.idPrefix, query.idPrefix);
  if (query.createdBefore !== undefined) add("e.created_at < ?", query.createdBefore);
  if (query.createdSince !== undefined) add("e.created_at >= ?", query.createdSince);
  if (query.text !== undefined)
    add("instr(lower(e.id || char(10) || w.id || char(10) || w.name), lower(?)) > 0", query.text);
  if (query.after !== undefined) {
    const { createdAt, executionId } = query.after;
    const key = "coalesce((SELECT key FROM executions WHERE id = ?), 9223372036854775807)";
    add(`e.created_at <= ? AND (e.created_at < ? OR e.key < ${key})`, createdAt, createdAt, executionId);
  }
  return { where: conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`, parameters };
}

function summaryIn(row: Row, living: ReadonlySet<number>): ExecutionSummary {
  const status = statusIn(row);
  const owner = optionalNumberIn(row, "owner");
  return {
    executionId: textIn(row, "id"),
    workflowId: textIn(row, "workflow_id"),
    workflowName: textIn(row, "workflow_name"),
    workflowHash: textIn(row, "workflow_hash"),
    status,
    createdAt: numberIn(row, "created_at"),
    updatedAt: numberIn(row, "updated_at"),
    wakeAt: optionalNumberIn(row, "wake_at"),
    origin: optionalTextIn(row, "origin"),
    parentId: optionalTextIn(row, "parent"),
    sequence: numberIn(row, "sequence"),
    isOwned: owner !== undefined && living.has(owner) && !isEnded(status),
  };
}

function statusIn(row: Row): RecordedStatus {
  const status = textIn(row, "status");
  if (isRecordedStatus(status)) return status;
  throw new JournalCorruptError(
    `Cannot list execution "${textIn(row, "id")}": its record is damaged; restore a copy of the journal`,
  );
}

function isRecordedStatus(text: string): text is RecordedStatus {
  return statuses.has(text);
}
