import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rejectionOf } from "../../testing/rejection-of.ts";
import { SqliteBed } from "../fixtures/sqlite-bed.ts";
import { openBunDriver } from "./bun-driver.bun.ts";
import type { Driver } from "./driver.ts";
import { openLibsqlDriver } from "./libsql-driver.ts";
import { type NodeSqlite, nodeSqlite, openNodeDriver } from "./node-driver.ts";
import { openDriverOnNode } from "./open-driver.ts";
import { explain, isStorageFailure, sqliteCode } from "./sqlite-error.ts";

function openNode(path: string): Driver {
  const sqlite = nodeSqlite();
  if (sqlite === undefined) throw new Error("Cannot find node:sqlite");
  return openNodeDriver(sqlite, path);
}

/** Bun has all three, so that they can be compared here. Node runs the journal's own suite on its own. */
const drivers: readonly (readonly [string, (path: string) => Driver | Promise<Driver>])[] = [
  ["bun:sqlite", openBunDriver],
  ["node:sqlite", openNode],
  ["libsql", openLibsqlDriver],
];

async function withDatabase(
  open: (path: string) => Driver | Promise<Driver>,
  use: (database: Driver, path: string) => unknown,
) {
  await using bed = new SqliteBed();
  const path = join(bed.folder, "any.db");
  writeFileSync(path, "");
  const database = await open(path);
  database.exec("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c BLOB); CREATE TABLE u (d INTEGER)");
  await use(database, path);
  database.close();
}

function hex(value: unknown): string | undefined {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : undefined;
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(drivers)("the driver on %s", (_, open) => {
  test("gives back what was put in, in plain rows", () =>
    withDatabase(open, (database) => {
      const insert = database.prepare("INSERT INTO t (b, c) VALUES (?, ?)");
      expect(Number(insert.run("é😀", new Uint8Array([1, 0, 2])).lastInsertRowid)).toBe(1);
      expect(Number(insert.run(null, null).changes)).toBe(1);
      const one = database.prepare("SELECT * FROM t WHERE a = ?");
      const row = one.get(1);
      expect([row?.["a"], row?.["b"], hex(row?.["c"]), Object.keys(row ?? {})]).toEqual([
        1,
        "é😀",
        "010002",
        ["a", "b", "c"],
      ]);
      expect(one.get(77)).toBeUndefined();
      const all = database.prepare("SELECT a, b FROM t ORDER BY a").all();
      expect(all.map((found) => ({ ...found }))).toEqual([
        { a: 1, b: "é😀" },
        { a: 2, b: null },
      ]);
      const exact = database.prepare("SELECT ? AS n, 1.5 AS f").get(Number.MAX_SAFE_INTEGER);
      expect([Number(exact?.["n"]), exact?.["f"]]).toEqual([Number.MAX_SAFE_INTEGER, 1.5]);
    }));

  test("counts the rows that a statement itself changed", () =>
    withDatabase(open, (database) => {
      database.exec("INSERT INTO t (a) VALUES (1), (2), (3)");
      const update = database.prepare("UPDATE t SET b = ? WHERE a >= ?");
      expect([update.run("x", 2), update.run("x", 9)].map(({ changes }) => Number(changes))).toEqual([2, 0]);
      const ignored = database.prepare("INSERT INTO t (a) VALUES (?) ON CONFLICT DO NOTHING");
      expect(Number(ignored.run(1).changes)).toBe(0);
      expect(database.prepare("DELETE FROM t RETURNING a").all().length).toBe(3);
    }));

  test("goes through transactions and savepoints", () =>
    withDatabase(open, (database) => {
      database.exec("BEGIN IMMEDIATE; INSERT INTO u VALUES (1); SAVEPOINT job; INSERT INTO u VALUES (2)");
      database.exec("ROLLBACK TO job; RELEASE job; COMMIT");
      expect(
        database
          .prepare("SELECT d FROM u")
          .all()
          .map(({ d }) => d),
      ).toEqual([1]);
    }));

  test("says why it refuses, in one way for all drivers", () =>
    withDatabase(open, async (database, path) => {
      database.exec("INSERT INTO t (a) VALUES (1)");
      const duplicate = thrownBy(() => database.prepare("INSERT INTO t (a) VALUES (?)").run(1));
      expect([sqliteCode(duplicate), isStorageFailure(duplicate)]).toEqual([19, false]);
      const other = await open(path);
      database.exec("BEGIN IMMEDIATE");
      const busy = thrownBy(() => other.exec("BEGIN IMMEDIATE"));
      expect([sqliteCode(busy), isStorageFailure(busy)]).toEqual([5, true]);
      expect(explain(busy, "write", "j.db")).toHaveProperty("code", "JOURNAL_UNAVAILABLE");
      database.exec("ROLLBACK");
      other.exec("PRAGMA query_only = ON");
      expect(sqliteCode(thrownBy(() => other.exec("INSERT INTO u VALUES (1)")))).toBe(8);
      other.close();
    }));

  test("says that a file is damaged", async () => {
    await using bed = new SqliteBed();
    const path = join(bed.folder, "junk.db");
    writeFileSync(path, "no database, but long enough to look at. ".repeat(100));
    const database = await open(path);
    const error = thrownBy(() => database.prepare("SELECT * FROM sqlite_schema").all());
    expect(explain(error, "read", path)).toMatchObject({ code: "JOURNAL_CORRUPT", cause: error });
    database.close();
  });

  test("gives back the pages of a file that are free", () =>
    withDatabase(open, (database) => {
      database.exec("DROP TABLE t; DROP TABLE u; PRAGMA auto_vacuum = INCREMENTAL; VACUUM");
      database.exec("CREATE TABLE t (b TEXT)");
      database.prepare("INSERT INTO t VALUES (?)").run("x".repeat(100_000));
      database.exec("DELETE FROM t");
      database.prepare("PRAGMA incremental_vacuum").all();
      expect(Number(database.prepare("PRAGMA freelist_count").get()?.["freelist_count"])).toBe(0);
    }));
});

describe("openDriverOnNode()", () => {
  async function open(sqlite: NodeSqlite | undefined, openLibsql: () => Promise<Driver>): Promise<Driver> {
    await using bed = new SqliteBed();
    const path = join(bed.folder, "any.db");
    writeFileSync(path, "");
    // Undefined would stand for what this runtime has.
    return openDriverOnNode(path, sqlite ?? false, openLibsql);
  }

  const broken = (reason: Error) => async (): Promise<Driver> => {
    throw reason;
  };
  const missing = Object.assign(new Error("not found"), { code: "ERR_MODULE_NOT_FOUND" });

  test("takes what Node has, and libsql only where it has nothing", async () => {
    const own = await open(nodeSqlite(), broken(missing));
    own.close();
    expect(await rejectionOf(open(undefined, broken(missing)))).toMatchObject({
      code: "JOURNAL_UNAVAILABLE",
      cause: missing,
    });
  });

  test("hides no other failure of libsql", async () => {
    const error = new Error("cannot load");
    expect(await rejectionOf(open(undefined, broken(error)))).toBe(error);
  });
});

describe("explain()", () => {
  test("leaves alone what SQLite did not say", () => {
    const error = new TypeError("not a function");
    expect(explain(error, "read", "j.db")).toBe(error);
  });
});
