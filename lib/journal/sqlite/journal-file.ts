import { chmodSync, closeSync, fsyncSync, linkSync, lstatSync, mkdirSync, openSync, readSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { JournalCorruptError, JournalIncompatibleError, JournalUnavailableError } from "../../errors.ts";
import { applicationId, assertNotNewer, migrations } from "./schema.ts";

const magic = "SQLite format 3\0";
/** Of the file's first page, which begins with the header. */
const headerBytes = 100;

/** Whether there is a file, which is then known to be a journal that this version can read. Changes nothing. */
export function isJournalFile(path: string, steps = migrations): boolean {
  refuseLink(dirname(path));
  for (const suffix of ["-wal", "-shm"]) refuseLink(path + suffix);
  if (!refuseLink(path)) return false;
  if (!lstatSync(path).isFile()) {
    throw new JournalIncompatibleError(`Cannot open the journal "${path}": it is no file; name a file`);
  }
  assertHeader(readHeader(path), path, steps);
  return true;
}

/** Whether there is something at `path`. A symbolic link is refused, as somebody else may say where it leads. */
function refuseLink(path: string): boolean {
  const found = withReason(path, () => lstatSync(path, { throwIfNoEntry: false }));
  if (found?.isSymbolicLink() === true) {
    throw new JournalIncompatibleError(
      `Cannot open the journal: "${path}" is a symbolic link; name the place that it leads to`,
    );
  }
  return found !== undefined;
}

function readHeader(path: string): Buffer {
  const header = Buffer.alloc(headerBytes);
  const file = withReason(path, () => openSync(path, "r"));
  try {
    return header.subarray(0, readSync(file, header));
  } finally {
    closeSync(file);
  }
}

function assertHeader(header: Buffer, path: string, steps: readonly string[]): void {
  if (header.length < headerBytes || header.toString("latin1", 0, 16) !== magic) {
    throw new JournalIncompatibleError(
      `Cannot open the journal "${path}": the file is no journal of orchestr8; name another file`,
    );
  }
  if (header.readUInt32BE(68) !== applicationId) {
    throw new JournalIncompatibleError(
      `Cannot open the journal "${path}": the file is a database of another program; name another file`,
    );
  }
  assertNotNewer(header.readUInt32BE(60), path, steps);
  const pageBytes = header.readUInt16BE(16);
  if (pageBytes !== 1 && (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0)) {
    throw new JournalCorruptError(
      `Cannot open the journal "${path}": the file is damaged; restore a copy of it, or name another file`,
    );
  }
}

/** Makes the folder of a journal, for this user alone. One that is there already is left as it is. */
export function makeFolder(path: string): void {
  withReason(path, () => {
    // What mkdir makes is narrowed by the umask, never widened, and it says which folder it made first.
    const made = mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (made !== undefined) chmodSync(dirname(path), 0o700);
  });
}

/** Makes an empty file that only this user can read and write. SQLite gives its other files the same permissions. */
export function makeEmptyFile(path: string): void {
  withReason(path, () => {
    closeSync(openSync(path, "wx", 0o600));
    restrict(path);
  });
}

/** Lets only this user read and write a journal, whatever a copy or a restore made of it. */
export function restrict(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) {
    const found = lstatSync(path + suffix, { throwIfNoEntry: false });
    if (found === undefined || (found.mode & 0o777) === 0o600) continue;
    withReason(path, () => {
      chmodSync(path + suffix, 0o600);
    });
  }
}

/**
 * Gives a finished file its name, unless another process was faster: then that one's file stays. Others see the whole
 * file or none, also after a loss of power.
 */
export function publish(draft: string, path: string): void {
  try {
    sync(draft, "r+");
    linkSync(draft, path);
    if (process.platform !== "win32") sync(dirname(path), "r");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw unavailable(path, error);
  }
}

export function discard(draft: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(draft + suffix, { force: true });
}

function sync(path: string, flags: "r" | "r+"): void {
  const handle = openSync(path, flags);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function withReason<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw unavailable(path, error);
  }
}

function unavailable(path: string, error: unknown): JournalUnavailableError {
  const reason = error instanceof Error && "code" in error ? String(error.code) : "the system refused";
  return new JournalUnavailableError(
    `Cannot open the journal "${path}": ${reason}; check the permissions of the file and its folder`,
    { cause: error },
  );
}
