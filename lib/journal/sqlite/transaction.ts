import type { Driver } from "./driver.ts";

/** Does everything in `body`, or nothing of it. Takes the lock for writing at once, so that it cannot fail half way. */
export function transaction<T>(database: Driver, body: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = body();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** SQLite ends some failed transactions by itself, and then has none to roll back. */
export function rollBack(database: Driver): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // What failed before is what counts.
  }
}

/** Reads what the file held at one moment, whatever others write meanwhile. */
export function snapshot<T>(database: Driver, read: () => T): T {
  database.exec("BEGIN");
  try {
    return read();
  } finally {
    rollBack(database);
  }
}
