import type { Driver, Statement } from "./driver.ts";
import type { IdempotencyTable } from "./idempotency-table.ts";
import { numberIn, textIn } from "./row.ts";

/** Which finished executions may go. Without either limit none does. */
export interface GcOptions {
  /** Only those that ended longer ago than this. */
  readonly olderThanMs?: number;
  /** Only what is left when this many, those that ended last, are kept. Children count with their parents. */
  readonly keep?: number;
  /** Default false: says what would go, and lets it stay. */
  readonly dryRun?: boolean;
}

/** What went, or would go. */
export interface GcReport {
  /** With their events and values. Children are counted too. */
  readonly executions: number;
  readonly workflows: number;
  /** Values that no execution needs any more. */
  readonly blobs: number;
  readonly idempotencyKeys: number;
  /** By which the file gets smaller. */
  readonly bytes: number;
}

/** Removes what is not needed any more. The `remove…` methods run inside a transaction, {@link giveBack} outside. */
export class Sweep {
  readonly #keys: IdempotencyTable;
  readonly #roots: Statement;
  readonly #remove: Statement;
  readonly #workflows: Statement;
  readonly #blobs: Statement;
  readonly #free: Statement;
  readonly #vacuum: Statement;
  readonly #truncate: Statement;
  readonly #pageBytes: Statement;

  constructor(database: Driver, keys: IdempotencyTable) {
    this.#keys = keys;
    // A finished child is needed by a parent that has not heard of it yet, so it goes with its parent, or after it.
    this.#roots = database.prepare(`
      SELECT id FROM (
        SELECT id, ended_at FROM executions e
        WHERE ended_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM executions p WHERE p.id = e.parent)
        ORDER BY ended_at DESC, key DESC LIMIT -1 OFFSET ?
      ) WHERE ended_at <= ?`);
    this.#remove = database.prepare(`
      WITH RECURSIVE family (id) AS (
        SELECT id FROM executions WHERE id = ? AND ended_at IS NOT NULL
        UNION ALL
        SELECT e.id FROM executions e JOIN family f ON e.parent = f.id WHERE e.ended_at IS NOT NULL
      )
      DELETE FROM executions WHERE id IN (SELECT id FROM family) RETURNING key`);
    this.#workflows = database.prepare("DELETE FROM workflows WHERE key NOT IN (SELECT workflow FROM executions)");
    this.#blobs = database.prepare(
      "DELETE FROM blobs WHERE NOT EXISTS (SELECT 1 FROM checkpoints WHERE blob = blobs.key)",
    );
    this.#vacuum = database.prepare("PRAGMA incremental_vacuum");
    this.#truncate = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
    this.#free = database.prepare("PRAGMA freelist_count");
    this.#pageBytes = database.prepare("PRAGMA page_size");
  }

  /** Executions that ended by `endedBy`, without their children, but for the `keep` that ended last. */
  candidates(keep: number, endedBy: number): readonly string[] {
    return this.#roots.all(keep, endedBy).map((row) => textIn(row, "id"));
  }

  /** Removes finished executions with their children. Gives how many there were. */
  removeExecutions(ids: readonly string[]): number {
    return ids.reduce((removed, id) => removed + this.#remove.all(id).length, 0);
  }

  /** Removes what no execution refers to. */
  removeLeftovers(now: number): Pick<GcReport, "workflows" | "blobs" | "idempotencyKeys"> {
    return {
      workflows: Number(this.#workflows.run().changes),
      blobs: Number(this.#blobs.run().changes),
      idempotencyKeys: this.#keys.dropExpired(now),
    };
  }

  /** Bytes of the file that hold nothing, and that SQLite would use again. */
  bytesFree(): number {
    const pages = numberIn(this.#free.get() ?? {}, "freelist_count");
    return pages * numberIn(this.#pageBytes.get() ?? {}, "page_size");
  }

  /** Makes the file smaller by what is free in it. */
  giveBack(): void {
    // It gives back one page for each row that is read of it.
    this.#vacuum.all();
    this.#truncate.all();
  }
}
