import { Database } from "bun:sqlite";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { ExecutionEvent } from "orchestr8";

/** What a journal's file says, read without a line of the engine's own code. */
export interface Stored {
  /** What SQLite says to the whole file: "ok". */
  readonly integrity: string;
  readonly executions: readonly StoredExecution[];
  readonly messages: readonly StoredMessage[];
}

export interface StoredExecution {
  readonly id: string;
  readonly parent: string | null;
  readonly status: string;
  readonly hasEnded: boolean;
  readonly sequence: number;
  readonly events: readonly ExecutionEvent[];
  readonly checkpoints: readonly Checkpoint[];
}

interface ExecutionRow extends Pick<StoredExecution, "id" | "parent" | "status" | "sequence"> {
  readonly key: number;
  readonly ended_at: number | null;
}

export interface Checkpoint {
  readonly step: string;
  readonly item: number;
  readonly iteration: number;
}

export interface StoredMessage {
  readonly executionId: string;
  /** The sender's own name for it. */
  readonly id: string | null;
  readonly kind: string | null;
}

/** Reads a copy: to open a file is to recover it, which is left to the process that goes on with it. */
export function readStored(path: string): Stored {
  // A process may have been killed before it made one.
  if (!existsSync(path)) return { integrity: "ok", executions: [], messages: [] };
  const folder = mkdtempSync(join(tmpdir(), "o8-look-"));
  const copy = join(folder, basename(path));
  try {
    for (const suffix of ["", "-wal"]) if (existsSync(path + suffix)) cpSync(path + suffix, copy + suffix);
    using database = new Database(copy, { create: false, readwrite: true });
    return read(database);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(database: Database): Stored {
  const [integrity] = database.query<{ integrity_check: string }, []>("PRAGMA integrity_check").all();
  const rows = database.query<ExecutionRow, []>(
    "SELECT key, id, parent, status, ended_at, sequence FROM executions ORDER BY key",
  );
  const messages = database.query<StoredMessage, []>(`
    SELECT e.id AS executionId, m.message_id AS id, m.body ->> 'kind' AS kind
    FROM messages m JOIN executions e ON e.key = m.execution ORDER BY m.id`);
  return {
    integrity: integrity?.integrity_check ?? "nothing",
    executions: rows.all().map(({ key, id, parent, status, ended_at, sequence }) => ({
      id,
      parent,
      status,
      hasEnded: ended_at !== null,
      sequence,
      events: eventsOf(database, key),
      checkpoints: checkpointsOf(database, key),
    })),
    messages: messages.all(),
  };
}

/** A row is one commit: elapsed time and event in turn. */
function eventsOf(database: Database, execution: number): readonly ExecutionEvent[] {
  const rows = database
    .query<{ entries: string }, [number]>("SELECT entries FROM events WHERE execution = ? ORDER BY first_sequence")
    .all(execution);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the journal's own format
  const flat = rows.flatMap(({ entries }) => JSON.parse(entries) as (number | ExecutionEvent)[]);
  return flat.filter((part): part is ExecutionEvent => typeof part !== "number");
}

function checkpointsOf(database: Database, execution: number): readonly Checkpoint[] {
  return database
    .query<Checkpoint, [number]>(
      "SELECT step, item, iteration FROM checkpoints WHERE execution = ? ORDER BY step, item, iteration",
    )
    .all(execution);
}
