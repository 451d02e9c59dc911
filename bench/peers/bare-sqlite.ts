import { join } from "node:path";
import { type DurableEngine, type Open, stepIds, work } from "./durable-engine.ts";
import type { Row, SqliteConnection, Synchronous } from "./sqlite-connection.ts";

/**
 * The least that a durable engine can do: one row a step in a write-ahead log, and the next step only once it is there.
 * No state, no recovery, no failures.
 */
export interface BareOptions {
  /** `FULL` survives a loss of power, `NORMAL` a crash of the process. */
  readonly synchronous: Synchronous;
  /** Whether the rows of a turn of the event loop share a commit. */
  readonly isGrouped: boolean;
}

export function bareSqlite({ synchronous, isGrouped }: BareOptions): Open {
  return async ({ folder }): Promise<DurableEngine> => {
    const sqlite = await connect(join(folder, "journal.db"), synchronous);
    const append = isGrouped ? groupCommit(sqlite) : async (...row: Row) => sqlite.insert(...row);
    let executions = 0;
    return {
      runOnce: async () => {
        const execution = `execution-${++executions}`;
        for (const step of stepIds) await append(execution, step, JSON.stringify({ output: await work() }));
      },
      close: async () => sqlite.close(),
    };
  };
}

/** With the fastest driver of the runtime: Node 20 has none of its own. */
async function connect(file: string, synchronous: Synchronous): Promise<SqliteConnection> {
  return process.versions["bun"] === undefined
    ? (await import("./sqlite-libsql.ts")).openLibsql(file, synchronous)
    : (await import("./sqlite.bun.ts")).openBunSqlite(file, synchronous);
}

function groupCommit(sqlite: SqliteConnection): (...row: Row) => Promise<void> {
  let rows: Row[] = [];
  let commit: Promise<void> | undefined;
  const flush = (): void => {
    const group = rows;
    rows = [];
    commit = undefined;
    sqlite.execute("BEGIN");
    for (const row of group) sqlite.insert(...row);
    sqlite.execute("COMMIT");
  };
  return (...row) => {
    rows.push(row);
    commit ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        try {
          flush();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    return commit;
  };
}
