import { JournalIncompatibleError } from "../../errors.ts";
import type { Driver } from "./driver.ts";
import { numberIn } from "./row.ts";
import { transaction } from "./transaction.ts";

/** "o8jr", at byte 68 of every journal file. */
export const applicationId = 0x6f_38_6a_72;

/**
 * The first shape of the file.
 *
 * Events are shown and never read to go on; checkpoints are whole and never shown. One row of events is one batch. Times
 * are milliseconds since the epoch. `ended_at` alone says which index an execution stands in, so that most writes touch
 * none.
 */
const version1 = `
  CREATE TABLE workflows (
    key INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL
  );

  CREATE TABLE owners (
    key INTEGER PRIMARY KEY,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    process_start TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  );

  CREATE TABLE executions (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    workflow INTEGER NOT NULL REFERENCES workflows (key),
    parent TEXT,
    origin TEXT,
    status TEXT NOT NULL,
    owner INTEGER,
    fence INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    shown_bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    wake_at INTEGER,
    ended_at INTEGER
  );
  CREATE INDEX executions_by_creation ON executions (created_at);
  CREATE INDEX executions_by_workflow ON executions (workflow);
  CREATE INDEX executions_by_parent ON executions (parent) WHERE parent IS NOT NULL;
  CREATE INDEX executions_unfinished ON executions (owner, created_at) WHERE ended_at IS NULL;
  CREATE INDEX executions_finished ON executions (ended_at) WHERE ended_at IS NOT NULL;

  CREATE TABLE events (
    execution INTEGER NOT NULL REFERENCES executions (key) ON DELETE CASCADE,
    first_sequence INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL,
    entries TEXT NOT NULL
  );
  CREATE UNIQUE INDEX events_in_order ON events (execution, first_sequence);

  CREATE TABLE blobs (
    key INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    body TEXT NOT NULL
  );

  CREATE TABLE checkpoints (
    execution INTEGER NOT NULL REFERENCES executions (key) ON DELETE CASCADE,
    step TEXT NOT NULL,
    item INTEGER NOT NULL,
    iteration INTEGER NOT NULL,
    value TEXT,
    blob INTEGER
  );
  CREATE UNIQUE INDEX checkpoints_once ON checkpoints (execution, step, item, iteration);
  CREATE INDEX checkpoints_by_blob ON checkpoints (blob) WHERE blob IS NOT NULL;

  CREATE TABLE idempotency_keys (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    execution INTEGER NOT NULL REFERENCES executions (key) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX idempotency_keys_by_execution ON idempotency_keys (execution);

  CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    execution INTEGER NOT NULL REFERENCES executions (key) ON DELETE CASCADE,
    message_id TEXT,
    body TEXT,
    UNIQUE (execution, message_id)
  );
  CREATE INDEX messages_waiting ON messages (id) WHERE body IS NOT NULL;
`;

/**
 * The second shape, in which a short execution touches fewer pages.
 *
 * A value that is shown whole is kept there alone: its checkpoint, with an empty text, says that it was recorded, and once.
 * Checkpoints are so small then that their key can hold them. Indexes that only rare questions asked for are gone,
 * and with one of them the foreign key that needed it; executions are inserted along with a look at their workflow.
 */
const version2 = `
  CREATE TABLE executions_2 (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    workflow INTEGER NOT NULL,
    parent TEXT,
    origin TEXT,
    status TEXT NOT NULL,
    owner INTEGER,
    fence INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    shown_bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    wake_at INTEGER,
    ended_at INTEGER
  );
  INSERT INTO executions_2 SELECT * FROM executions;
  DROP TABLE executions;
  ALTER TABLE executions_2 RENAME TO executions;
  CREATE INDEX executions_by_creation ON executions (created_at);
  CREATE INDEX executions_by_parent ON executions (parent) WHERE parent IS NOT NULL;
  CREATE INDEX executions_unfinished ON executions (owner, created_at) WHERE ended_at IS NULL;

  CREATE TABLE checkpoints_2 (
    execution INTEGER NOT NULL REFERENCES executions (key) ON DELETE CASCADE,
    step TEXT NOT NULL,
    item INTEGER NOT NULL,
    iteration INTEGER NOT NULL,
    value TEXT,
    blob INTEGER,
    PRIMARY KEY (execution, step, item, iteration)
  ) WITHOUT ROWID;
  INSERT INTO checkpoints_2 SELECT * FROM checkpoints;
  DROP TABLE checkpoints;
  ALTER TABLE checkpoints_2 RENAME TO checkpoints;
  CREATE INDEX checkpoints_by_blob ON checkpoints (blob) WHERE blob IS NOT NULL;
`;

/** Number n, counted from 1, leads from version n - 1 to version n. What was released is never changed. */
export const migrations: readonly string[] = [version1, version2];

/** The version of a file. */
export function versionOf(database: Driver): number {
  return numberIn(database.prepare("PRAGMA user_version").get() ?? {}, "user_version");
}

/**
 * Brings a file up to the newest version, in one transaction.
 *
 * @throws {JournalIncompatibleError} when the file is newer than that.
 */
export function migrate(database: Driver, path: string, steps = migrations): void {
  assertNotNewer(versionOf(database), path, steps);
  if (versionOf(database) === steps.length) return;
  // A table that is replaced must not take what refers to it along.
  database.exec("PRAGMA foreign_keys = OFF");
  transaction(database, () => {
    // Another process may have been faster.
    const from = versionOf(database);
    assertNotNewer(from, path, steps);
    for (const step of steps.slice(from)) database.exec(step);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}`);
  });
}

export function assertNotNewer(version: number, path: string, steps = migrations): void {
  if (version <= steps.length) return;
  throw new JournalIncompatibleError(
    `Cannot open the journal "${path}": a newer version of orchestr8 has written it (format ${version}, ` +
      `this version reads up to ${steps.length}); update orchestr8, or name another file`,
  );
}
