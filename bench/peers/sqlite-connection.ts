/** As much of SQLite as a journal needs. */
export interface SqliteConnection {
  execute(statement: string): void;
  insert(...row: Row): void;
  close(): void;
}

export type Row = readonly [execution: string, step: string, output: string];

export const table = "CREATE TABLE records (execution TEXT NOT NULL, step TEXT NOT NULL, output TEXT NOT NULL)";
export const insertion = "INSERT INTO records (execution, step, output) VALUES (?, ?, ?)";

export type Synchronous = "FULL" | "NORMAL";

export function pragmas(synchronous: Synchronous): readonly string[] {
  return ["PRAGMA journal_mode = WAL", `PRAGMA synchronous = ${synchronous}`];
}
