import { closeSync, constants, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { openDriver } from "../../lib/journal/sqlite/open-driver.ts";
import { sqliteCode } from "../../lib/journal/sqlite/sqlite-error.ts";
import { CliError } from "../cli-error.ts";

/** Held until it is disposed, or until its process ends in whatever way. */
export type FileLock = Disposable;

const busy = 5;

/**
 * Takes the lock of a file, or gives undefined when another process has it. It is SQLite's lock of an empty database: the
 * system itself gives it back when its holder dies, so there are no stale ones, and it holds on every system and runtime
 * that the journal does.
 *
 * @throws {CliError} when the file cannot be made or is a symbolic link.
 */
export async function tryLock(path: string): Promise<FileLock | undefined> {
  return await lockWith(path, "BEGIN EXCLUSIVE");
}

/** Whether a process has the lock of a file. Others may ask at the same time, and do not take one another for its holder. */
export async function isLocked(path: string): Promise<boolean> {
  using shared = await lockWith(path, "BEGIN; SELECT count(*) FROM sqlite_master");
  return shared === undefined;
}

async function lockWith(path: string, sql: string): Promise<FileLock | undefined> {
  makeFile(path);
  const driver = await openDriver(path);
  try {
    // Nothing is ever written, so there is nothing that a file beside it would be needed for.
    driver.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY");
    driver.exec(sql);
    return {
      [Symbol.dispose]() {
        // A driver may close the file only later, when nothing refers to it any more.
        driver.exec("ROLLBACK");
        driver.close();
      },
    };
  } catch (error) {
    driver.close();
    if (sqliteCode(error) === busy) return undefined;
    throw unusable(path, error);
  }
}

function makeFile(path: string): void {
  const { O_CREAT, O_RDWR, O_NOFOLLOW } = constants;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, O_CREAT | O_RDWR | O_NOFOLLOW, 0o600));
  } catch (error) {
    throw unusable(path, error);
  }
}

function unusable(path: string, cause: unknown): CliError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "it is no lock of orchestr8";
  const state = code === "ELOOP" ? "it is a symbolic link" : code;
  return new CliError("SERVER_STATE", `Cannot lock "${path}": ${state}`, {
    cause,
    fix: 'look at the file, or run without a server: "--local"',
  });
}
