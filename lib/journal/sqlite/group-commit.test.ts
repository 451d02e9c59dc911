import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { rejectionOf } from "../../testing/rejection-of.ts";
import { batch, completed, newExecution, start } from "../fixtures/recording.ts";
import { SqliteBed } from "../fixtures/sqlite-bed.ts";
import { openBunDriver } from "./bun-driver.bun.ts";
import type { Driver } from "./driver.ts";
import { GroupCommit } from "./group-commit.ts";
import type { DiskFlush } from "./log-flush.ts";
import { openDatabase } from "./open-database.ts";
import { SqliteJournal } from "./sqlite-journal.ts";

/** A database with one table, and all that is run in it but the inserts. */
async function openTable(folder: string): Promise<{ driver: Driver; log: string[]; rows: () => unknown[] }> {
  const path = `${folder}/table.db`;
  new Database(path, { create: true }).close();
  const database = await openBunDriver(path);
  database.exec("CREATE TABLE t (a INTEGER PRIMARY KEY)");
  const log: string[] = [];
  const driver: Driver = {
    ...database,
    exec(sql) {
      log.push(sql);
      database.exec(sql);
    },
  };
  return {
    driver,
    log,
    rows: () =>
      database
        .prepare("SELECT a FROM t ORDER BY a")
        .all()
        .map(({ a }) => a),
  };
}

describe("GroupCommit", () => {
  test("commits once what one turn of the event loop asks for, and what the next one asks for after it", async () => {
    await using bed = new SqliteBed();
    const { driver, log, rows } = await openTable(bed.folder);
    const insert = driver.prepare("INSERT INTO t VALUES (?)");
    const commits = new GroupCommit(driver, "table.db");
    const settled: number[] = [];
    const write = (a: number) => commits.run(() => insert.run(a)).then(() => settled.push(a));
    await Promise.all([write(3), write(1), Promise.resolve().then(() => write(2))]);
    expect({ log, settled, rows: rows() }).toEqual({
      log: ["BEGIN IMMEDIATE", "COMMIT"],
      settled: [3, 1, 2],
      rows: [1, 2, 3],
    });
    await write(4);
    expect(log.length).toBe(4);
    driver.close();
  });

  test("takes savepoints only to leave out what is refused", async () => {
    await using bed = new SqliteBed();
    const { driver, log, rows } = await openTable(bed.folder);
    const insert = driver.prepare("INSERT INTO t VALUES (?)");
    const commits = new GroupCommit(driver, "table.db");
    const undone: string[] = [];
    const outcomes = await Promise.allSettled([
      commits.run(
        () => insert.run(1),
        () => undone.push("one"),
      ),
      commits.run(
        () => {
          insert.run(2);
          throw new RangeError("not this one");
        },
        () => undone.push("two"),
      ),
      commits.run(() => insert.run(3)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(rows()).toEqual([1, 3]);
    expect(undone).toEqual(["one", "two", "two"]);
    const savepoint = ["SAVEPOINT job", "RELEASE job"];
    const failed = ["SAVEPOINT job", "ROLLBACK TO job", "RELEASE job"];
    expect(log).toEqual([
      "BEGIN IMMEDIATE",
      "ROLLBACK",
      "BEGIN IMMEDIATE",
      ...savepoint,
      ...failed,
      ...savepoint,
      "COMMIT",
    ]);
    driver.close();
  });
});

/** A disk that works for as long as a test wants it to. */
class SlowDisk implements DiskFlush {
  readonly #waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  isBroken = false;
  flushedAtOnce = 0;

  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  now(): void {
    if (this.isBroken) throw Object.assign(new Error("i/o error"), { code: "EIO" });
    this.flushedAtOnce++;
  }

  soon(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Ends the oldest flush. */
  end(error?: Error): void {
    const flush = this.#waiting.shift();
    if (error === undefined) flush?.resolve();
    else flush?.reject(error);
  }

  close(): void {}
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("a group commit on a disk that keeps what it was flushed", () => {
  async function open(folder: string) {
    const { driver, log, rows } = await openTable(folder);
    const disk = new SlowDisk();
    const commits = new GroupCommit(driver, "table.db", disk);
    const insert = driver.prepare("INSERT INTO t VALUES (?)");
    const told: string[] = [];
    const write = (a: number) =>
      void commits
        .run(() => insert.run(a))
        .then(
          () => told.push(`kept ${a}`),
          (error) => told.push(String(error)),
        );
    return { driver, log, rows, disk, commits, told, write };
  }

  test("holds up everything for a few writes, which is soonest over", async () => {
    await using bed = new SqliteBed();
    const { driver, disk, told, write } = await open(bed.folder);
    for (const a of [1, 2]) write(a);
    await nextTurn();
    expect([disk.flushedAtOnce, told]).toEqual([1, ["kept 1", "kept 2"]]);
    driver.close();
  });

  test("lets the disk work for many writes while others are made, and tells of them after it has", async () => {
    await using bed = new SqliteBed();
    const { driver, log, rows, disk, told, write } = await open(bed.folder);
    for (let a = 1; a <= 20; a++) write(a);
    await nextTurn();
    write(21);
    await nextTurn();
    expect([log.length, rows().length, told]).toEqual([4, 21, []]);
    disk.end();
    await nextTurn();
    expect(told.length).toBe(20);
    disk.end();
    await nextTurn();
    expect(told).toEqual(Array.from({ length: 21 }, (_, index) => `kept ${index + 1}`));
    driver.close();
  });

  test("ends only when all are told", async () => {
    await using bed = new SqliteBed();
    const { driver, disk, commits, told, write } = await open(bed.folder);
    for (let a = 1; a <= 20; a++) write(a);
    const closed = commits.close().then(() => told.push("closed"));
    await nextTurn();
    expect(told).toEqual([]);
    disk.end();
    await closed;
    expect([told.length, told.at(-1)]).toEqual([21, "closed"]);
    driver.close();
  });

  test.each(["now", "soon"])("takes nothing more once a flush has failed that was to be %s", async (when) => {
    await using bed = new SqliteBed();
    const { driver, rows, disk, told, write } = await open(bed.folder);
    const count = when === "now" ? 1 : 20;
    disk.isBroken = true;
    for (let a = 1; a <= count; a++) write(a);
    await nextTurn();
    disk.end(Object.assign(new Error("i/o error"), { code: "EIO" }));
    await nextTurn();
    disk.isBroken = false;
    write(99);
    await nextTurn();
    const state =
      'Cannot write the journal "table.db": the disk did not keep it (EIO); check the disk and open it again';
    expect(told).toEqual(Array(count + 1).fill(`JournalUnavailableError: ${state}`));
    expect(rows()).not.toContain(99);
    driver.close();
  });
});

describe("a group with a refusal, when the disk fails as it is repeated", () => {
  test("is kept in no part, and acknowledged in none", async () => {
    await using bed = new SqliteBed();
    const { driver, rows } = await openTable(bed.folder);
    const insert = driver.prepare("INSERT INTO t VALUES (?)");
    const commits = new GroupCommit(driver, "table.db");
    let times = 0;
    const outcomes = await Promise.allSettled([
      commits.run(() => insert.run(1)),
      commits.run(() => {
        throw new RangeError("not this one");
      }),
      commits.run(() => {
        // SQLite rolls back by itself when it runs out of space.
        driver.exec("ROLLBACK");
        throw Object.assign(new Error("database or disk is full"), { errno: 13 });
      }),
      commits.run(() => insert.run(2)),
      commits.run(() => times++),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill("rejected"));
    expect([rows(), times]).toEqual([[], 0]);
    await commits.run(() => insert.run(3));
    expect(rows()).toEqual([3]);
    driver.close();
  });
});

describe("a group of batches", () => {
  test("loses none of them but those that are refused", async () => {
    await using bed = new SqliteBed();
    const journal = await bed.open();
    for (const id of ["e1", "e2", "e3"]) await start(journal, id);
    await journal.append(batch("e3", 1, [completed("a", 1)]));
    const outcomes = await Promise.allSettled([
      journal.append(batch("e1", 1, [completed("a", 1)])),
      journal.append(batch("e2", 1, [completed("a", 1)], { fence: 9 })),
      journal.append(batch("e1", 2, [completed("b", 1)])),
      journal.append(batch("e3", 2, [completed("b", 1), completed("a", 2)])),
      journal.create(newExecution("e1")),
      journal.create(newExecution("e4")),
      journal.append(batch("e4", 1, [completed("a", 1)])),
    ]);
    const codes = outcomes.map((one) => (one.status === "fulfilled" ? "kept" : String(one.reason)).split(":", 1)[0]);
    const [kept, lost, exists, taken] = ["kept", "LeaseLostError", "CheckpointExistsError", "RangeError"];
    expect(codes).toEqual([kept, lost, kept, exists, taken, kept, kept]);
    const lengths = (await journal.list()).map(({ executionId, sequence }) => [executionId, sequence]);
    expect(lengths).toEqual([
      ["e4", 2],
      ["e3", 2],
      ["e2", 1],
      ["e1", 3],
    ]);
    for (const [id, length] of lengths) expect((await journal.load(String(id)))?.entries.length).toBe(Number(length));
  });
});

describe("a journal that cannot write", () => {
  test("says so to everybody while another process holds the lock, and goes on after that", async () => {
    await using bed = new SqliteBed();
    const journal = await bed.open({ busyTimeoutMs: 0 });
    await start(journal, "e1");
    const other = new Database(bed.path);
    other.run("BEGIN IMMEDIATE");
    const appends = [1, 2].map((sequence) => journal.append(batch("e1", sequence, [completed(`s${sequence}`, 1)])));
    const errors = await Promise.all(appends.map(rejectionOf));
    for (const error of errors) expect(error).toHaveProperty("code", "JOURNAL_UNAVAILABLE");
    expect(String(errors[0])).toContain(`Cannot write the journal "${bed.path}": another process holds its lock`);
    other.run("ROLLBACK");
    other.close(true);
    await journal.append(batch("e1", 1, [completed("s1", 1)]));
    expect((await journal.read("e1")).length).toBe(2);
  });

  test("keeps nothing of a group when the disk is full, and goes on when there is room again", async () => {
    await using bed = new SqliteBed();
    const { path } = bed;
    const database = await openDatabase({ path, readonly: false, busyTimeoutMs: 0 });
    await using journal = new SqliteJournal(database, { path });
    await start(journal, "e1");
    const limit = (pages: number) => database.prepare(`PRAGMA max_page_count = ${pages}`).get();
    limit(1);
    const large = { text: "x".repeat(500_000) };
    const errors = await Promise.all([
      rejectionOf(journal.append(batch("e1", 1, [completed("a", 1)]))),
      rejectionOf(journal.append(batch("e1", 2, [completed("b", large)]))),
    ]);
    for (const error of errors) expect(String(error)).toContain("the disk is full; free some space and try again");
    limit(100_000);
    await journal.append(batch("e1", 1, [completed("a", 1), completed("b", large)]));
    expect((await journal.load("e1"))?.entries.at(-1)?.event).toEqual(completed("b", large));
  });
});
