import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { JournalCorruptError, JournalIncompatibleError, JournalUnavailableError } from "../../errors.ts";
import type { Driver } from "./driver.ts";
import { discard, isJournalFile, makeEmptyFile, makeFolder, publish, restrict } from "./journal-file.ts";
import { openDriver } from "./open-driver.ts";
import { numberIn, textIn } from "./row.ts";
import { applicationId, migrate, migrations, versionOf } from "./schema.ts";
import { explain } from "./sqlite-error.ts";

export interface DatabaseOptions {
  /** Absolute. */
  readonly path: string;
  readonly readonly: boolean;
  /** How long to wait for the lock of another process. */
  readonly busyTimeoutMs: number;
  readonly migrations?: readonly string[];
}

/** Up to this size a file is read through when it is opened, which takes some milliseconds. */
const maxCheckedBytes = 1_048_576;

/** Opens a journal's file, and makes it if there is none. Refuses any other file, and leaves it as it is. */
export async function openDatabase(options: DatabaseOptions): Promise<Driver> {
  const { path, readonly } = options;
  if (!isJournalFile(path, options.migrations)) {
    if (readonly) {
      throw new JournalUnavailableError(
        `Cannot open the journal "${path}": there is no such file; run something first`,
      );
    }
    await createFile(options);
    isJournalFile(path, options.migrations);
  }
  if (!readonly) restrict(path);
  let database: Driver | undefined;
  try {
    database = await openDriver(path);
    return prepare(database, options);
  } catch (error) {
    database?.close();
    throw explain(error, "open", path);
  }
}

function prepare(database: Driver, options: DatabaseOptions): Driver {
  const { path, readonly, busyTimeoutMs, migrations: steps = migrations } = options;
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  // The log of the file may be newer than the header that was looked at.
  const id = numberIn(database.prepare("PRAGMA application_id").get() ?? {}, "application_id");
  if (id !== applicationId) {
    throw new JournalIncompatibleError(
      `Cannot open the journal "${path}": the file is a database of another program; name another file`,
    );
  }
  checkPages(database, path);
  if (readonly) {
    assertCurrent(database, path, steps);
    database.exec("PRAGMA query_only = ON");
    return database;
  }
  migrate(database, path, steps);
  // With `full` durability the journal flushes the log itself after each commit.
  database.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
  database.prepare("PRAGMA journal_mode = WAL").get();
  // Folding the log back costs two more waits for the disk: it is done for 16 MB at a time instead of 4.
  database.prepare("PRAGMA wal_autocheckpoint = 4000").get();
  database.exec("PRAGMA cache_size = -16384");
  return database;
}

function checkPages(database: Driver, path: string): void {
  if (statSync(path).size > maxCheckedBytes) return;
  const [first] = database.prepare("PRAGMA quick_check(1)").all();
  if (first !== undefined && textIn(first, "quick_check") === "ok") return;
  throw new JournalCorruptError(
    `Cannot open the journal "${path}": the file is damaged; restore a copy of it, or name another file`,
  );
}

function assertCurrent(database: Driver, path: string, steps: readonly string[]): void {
  const version = versionOf(database);
  if (version === steps.length) return;
  const state = version > steps.length ? "a newer version of orchestr8 has written it" : "its format is an older one";
  const fix = version > steps.length ? "update orchestr8" : "open it for writing once, which brings it up to date";
  throw new JournalIncompatibleError(`Cannot open the journal "${path}" to read it only: ${state}; ${fix}`);
}

/** Makes the file under another name first, so that nobody ever finds half of one. */
async function createFile({ path, migrations: steps }: DatabaseOptions): Promise<void> {
  makeFolder(path);
  const draft = `${path}.${randomUUID()}.tmp`;
  makeEmptyFile(draft);
  try {
    await fill(draft, path, steps);
    publish(draft, path);
  } finally {
    discard(draft);
  }
}

async function fill(draft: string, path: string, steps?: readonly string[]): Promise<void> {
  let database: Driver | undefined;
  try {
    database = await openDriver(draft);
    // Nobody knows of the draft: it is enough that the disk has it before it gets its name.
    database.exec("PRAGMA synchronous = OFF; PRAGMA auto_vacuum = INCREMENTAL");
    migrate(database, path, steps);
    database.prepare("PRAGMA journal_mode = WAL").get();
  } catch (error) {
    throw explain(error, "open", path);
  } finally {
    database?.close();
  }
}
