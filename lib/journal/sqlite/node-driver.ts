import type { Driver, Outcome, Row, SqlValue } from "./driver.ts";

/** What is used of `node:sqlite`, which the types of Node 20 do not know. */
export interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => {
    prepare(sql: string): {
      run(...parameters: readonly SqlValue[]): Outcome;
      get(...parameters: readonly SqlValue[]): Row | undefined;
      all(...parameters: readonly SqlValue[]): Row[];
    };
    exec(sql: string): void;
    close(): void;
  };
}

/** The runtime's own SQLite, if it has one. The warning that it is experimental is no news to a user of ours. */
export function nodeSqlite(): NodeSqlite | undefined {
  // eslint-disable-next-line typescript/unbound-method -- It is called on `process` again.
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes("SQLite")) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    const sqlite: unknown = process.getBuiltinModule("node:sqlite");
    return isNodeSqlite(sqlite) ? sqlite : undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

function isNodeSqlite(value: unknown): value is NodeSqlite {
  return typeof value === "object" && value !== null && "DatabaseSync" in value;
}

export function openNodeDriver({ DatabaseSync }: NodeSqlite, path: string): Driver {
  return new DatabaseSync(path);
}
