import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { batch, completed, start } from "../fixtures/recording.ts";
import { SqliteBed } from "../fixtures/sqlite-bed.ts";
import { rejectionOf } from "../../testing/rejection-of.ts";
import { openSqliteJournal } from "./sqlite-journal.ts";

function modeOf(path: string): string {
  return (lstatSync(path).mode & 0o777).toString(8);
}

function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** A bed whose file is something else. */
function bedWith(content: Uint8Array | string): SqliteBed {
  const bed = new SqliteBed();
  mkdirSync(dirname(bed.path), { mode: 0o700 });
  writeFileSync(bed.path, content);
  return bed;
}

/** A bed with a journal in which one execution stands, closed and all in one file. */
async function bedWithJournal(): Promise<SqliteBed> {
  const bed = new SqliteBed();
  const journal = await bed.open();
  await start(journal, "e1");
  await journal.append(batch("e1", 1, [completed("a", { text: "x".repeat(50_000) })]));
  await journal.close();
  return bed;
}

async function expectRejection(promise: Promise<unknown>, code: string, message: RegExp): Promise<void> {
  const error = await rejectionOf(promise);
  expect(error).toHaveProperty("code", code);
  expect(String(error)).toMatch(message);
}

/** Opening fails and leaves the file as it was, alone in its folder. */
async function expectRefusal(bed: SqliteBed, code: string, message: RegExp): Promise<void> {
  const before = digest(bed.path);
  for (const readonly of [false, true]) {
    await expectRejection(openSqliteJournal({ path: bed.path, readonly }), code, message);
  }
  expect(digest(bed.path)).toBe(before);
}

describe("the file of a journal", () => {
  test.each([["0000"], ["0022"], ["0777"]])("is for its user alone, whatever the umask: %s", async (umask) => {
    await using bed = new SqliteBed();
    const before = process.umask(umask);
    try {
      const journal = await bed.open();
      await start(journal, "e1");
      expect(modeOf(dirname(bed.path))).toBe("700");
      expect(
        readdirSync(dirname(bed.path))
          .toSorted()
          .map((name) => [name, modeOf(join(dirname(bed.path), name))]),
      ).toEqual([
        ["journal.db", "600"],
        ["journal.db-shm", "600"],
        ["journal.db-wal", "600"],
      ]);
    } finally {
      process.umask(before);
    }
  });

  test("is narrowed again after a copy made it readable for others", async () => {
    await using bed = await bedWithJournal();
    chmodSync(bed.path, 0o644);
    await bed.open();
    expect(modeOf(bed.path)).toBe("600");
  });

  test("leaves a folder that is there already as it is", async () => {
    await using bed = new SqliteBed();
    mkdirSync(dirname(bed.path));
    chmodSync(dirname(bed.path), 0o755);
    await bed.open();
    expect(modeOf(dirname(bed.path))).toBe("755");
  });

  test("is alone in its folder when it is closed", async () => {
    await using bed = await bedWithJournal();
    expect(readdirSync(dirname(bed.path))).toEqual(["journal.db"]);
  });

  test("is made once by those who open it at once", async () => {
    await using bed = new SqliteBed();
    const journals = await Promise.all(Array.from({ length: 8 }, () => bed.open()));
    await Promise.all(journals.map((journal, index) => start(journal, `e${index}`)));
    expect((await journals[0]?.list())?.length).toBe(8);
    expect(readdirSync(dirname(bed.path)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test.each([["the file"], ["its folder"], ["its log"]])("is refused behind a symbolic link: %s", async (which) => {
    await using bed = await bedWithJournal();
    const link = join(bed.folder, "link");
    const path = which === "its folder" ? join(link, "journal.db") : which === "the file" ? link : `${link}.db`;
    if (which === "its folder") symlinkSync(dirname(bed.path), link);
    else symlinkSync(bed.path, which === "the file" ? link : `${path}-wal`);
    await expectRejection(openSqliteJournal({ path }), "JOURNAL_INCOMPATIBLE", /is a symbolic link/);
    expect(existsSync(`${link}.db`)).toBe(false);
  });

  test("is refused when it is a folder", async () => {
    await using bed = new SqliteBed();
    await expectRejection(openSqliteJournal({ path: bed.folder }), "JOURNAL_INCOMPATIBLE", /it is no file/);
  });

  test("is refused when it is no database", async () => {
    await using notes = bedWith("# Notes\n".repeat(1_000));
    await expectRefusal(notes, "JOURNAL_INCOMPATIBLE", /is no journal of orchestr8; name another file/);
    await using empty = bedWith("");
    await expectRefusal(empty, "JOURNAL_INCOMPATIBLE", /is no journal of orchestr8/);
  });

  test("is refused when it is a database of another program", async () => {
    await using bed = new SqliteBed();
    mkdirSync(dirname(bed.path));
    const other = new Database(bed.path, { create: true });
    other.run("CREATE TABLE users (id INTEGER)");
    other.close();
    await expectRefusal(bed, "JOURNAL_INCOMPATIBLE", /is a database of another program/);
  });

  test("is refused when a newer version has written it", async () => {
    await using bed = await bedWithJournal();
    const newer = new Database(bed.path);
    newer.run("PRAGMA user_version = 99");
    newer.run("PRAGMA wal_checkpoint(TRUNCATE)");
    newer.close(true);
    await expectRefusal(bed, "JOURNAL_INCOMPATIBLE", /newer version .*format 99.*update orchestr8/);
  });

  test("is refused when its end is missing", async () => {
    await using whole = await bedWithJournal();
    const bytes = readFileSync(whole.path);
    await using bed = bedWith(bytes.subarray(0, bytes.length - 3 * 4_096));
    await expectRefusal(bed, "JOURNAL_CORRUPT", /is damaged; restore a copy/);
  });

  test("is refused when a page of it holds nonsense", async () => {
    await using whole = await bedWithJournal();
    const bytes = readFileSync(whole.path);
    bytes.fill(0xa5, 4_096 * 4, 4_096 * 6);
    await using bed = bedWith(bytes);
    await expectRefusal(bed, "JOURNAL_CORRUPT", /is damaged; restore a copy/);
  });

  test("is not made by who only reads", async () => {
    await using bed = new SqliteBed();
    const opening = openSqliteJournal({ path: bed.path, readonly: true });
    await expectRejection(opening, "JOURNAL_UNAVAILABLE", /there is no such file/);
    expect(existsSync(dirname(bed.path))).toBe(false);
  });

  test("says what is wrong when its folder cannot be made", async () => {
    await using bed = bedWith("");
    const opening = openSqliteJournal({ path: join(bed.path, "journal.db") });
    await expectRejection(opening, "JOURNAL_UNAVAILABLE", /ENOTDIR; check the permissions/);
  });
});
