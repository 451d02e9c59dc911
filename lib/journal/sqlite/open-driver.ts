import { JournalUnavailableError } from "../../errors.ts";
import { openBunDriver } from "./bun-driver.bun.ts";
import type { Driver } from "./driver.ts";
import { openLibsqlDriver } from "./libsql-driver.ts";
import { type NodeSqlite, nodeSqlite, openNodeDriver } from "./node-driver.ts";

/**
 * Opens a database with what this runtime has: `bun:sqlite` on Bun, `node:sqlite` on Node 22.5 and later where it is
 * switched on, else the `libsql` package. Only the one in use is loaded.
 *
 * @throws {JournalUnavailableError} when there is none.
 */
export async function openDriver(path: string): Promise<Driver> {
  return process.versions.bun === undefined ? openDriverOnNode(path) : openBunDriver(path);
}

export async function openDriverOnNode(
  path: string,
  sqlite: NodeSqlite | false = nodeSqlite() ?? false,
  openLibsql: (path: string) => Promise<Driver> = openLibsqlDriver,
): Promise<Driver> {
  if (sqlite !== false) return openNodeDriver(sqlite, path);
  try {
    return await openLibsql(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new JournalUnavailableError(
      `Cannot open the journal "${path}": Node ${process.versions.node} has no SQLite, and the optional package ` +
        '"libsql" is not installed; run "npm install libsql@0.5", or use Node 22.13 or later, or Bun',
      { cause: error },
    );
  }
}

/** Whether a package, or the part of it that is built for this machine, is not installed. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(?:ERR_)?MODULE_NOT_FOUND$/.test(String(error.code));
}
