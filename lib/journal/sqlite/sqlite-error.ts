import { isOrchestr8Error, JournalCorruptError, JournalUnavailableError } from "../../errors.ts";

/** Primary result codes of SQLite that say something to a user. */
const states: Readonly<Record<number, string>> = {
  3: "it may not be read or written; check the permissions of the file and its folder",
  5: "another process holds its lock for too long; try again, or end that process",
  6: "another connection holds its lock; try again",
  7: "there is not enough memory",
  8: "it may not be written; check the permissions of the file and its folder",
  10: "the system failed to read or write it; check the disk",
  13: "the disk is full; free some space and try again",
  14: "it cannot be opened; check the permissions of the file and its folder",
  18: "a value in it is too large",
  22: "the system cannot hold a file of this size",
};

const corrupt = 11;
const tooBig = 18;
const notADatabase = 26;

/** The primary result code in what a driver throws, or undefined when SQLite did not say it. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  // libsql, node:sqlite and bun:sqlite name the extended code differently.
  for (const name of ["rawCode", "errcode", "errno"]) {
    const code: unknown = Reflect.get(error, name);
    if (typeof code === "number" && code > 0) return code & 0xff;
  }
  return undefined;
}

/**
 * What a caller is told about an error in the journal at `path`: our own ones and defects as they are, SQLite's as
 * JournalUnavailableError or JournalCorruptError.
 */
export function explain(error: unknown, verb: "open" | "read" | "write" | "clean up", path: string): unknown {
  const code = isOrchestr8Error(error) ? undefined : sqliteCode(error);
  if (code === undefined) return error;
  if (code === corrupt || code === notADatabase) {
    return new JournalCorruptError(
      `Cannot ${verb} the journal "${path}": the file is damaged; restore a copy of it, or name another file`,
      { cause: error },
    );
  }
  const state = states[code] ?? `SQLite answered with code ${code}`;
  return new JournalUnavailableError(`Cannot ${verb} the journal "${path}": ${state}`, { cause: error });
}

/** Whether the file rather than the statement failed, so that no other statement can fare better now. */
export function isStorageFailure(error: unknown): boolean {
  const code = isOrchestr8Error(error) ? undefined : sqliteCode(error);
  return code !== undefined && (code === corrupt || code === notADatabase || (code in states && code !== tooBig));
}
