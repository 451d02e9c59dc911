/** What a column holds. Booleans are left out on purpose: a driver aborts the process on one. */
export type SqlValue = string | number | null | Uint8Array;

export type Row = Readonly<Record<string, unknown>>;

export interface Statement {
  run(...parameters: readonly SqlValue[]): Outcome;
  get(...parameters: readonly SqlValue[]): Row | undefined;
  all(...parameters: readonly SqlValue[]): readonly Row[];
}

export interface Outcome {
  /** Rows. */
  readonly changes: number | bigint;
  readonly lastInsertRowid: number | bigint;
}

/** The little of SQLite that the journal needs, and every runtime has. Everything happens at once, and throws. */
export interface Driver {
  prepare(sql: string): Statement;
  /** Runs statements that give no rows back. */
  exec(sql: string): void;
  close(): void;
}

/** Whether what a driver gives is a row. */
export function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
}
