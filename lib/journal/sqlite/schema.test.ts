import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rejectionOf } from "../../testing/rejection-of.ts";
import { batch, completed } from "../fixtures/recording.ts";
import { SqliteBed } from "../fixtures/sqlite-bed.ts";
import { openDatabase } from "./open-database.ts";
import { migrations, versionOf } from "./schema.ts";

/** A file that an earlier version has left, of which nothing but its text is kept. */
function bedOfVersion(version: number): SqliteBed {
  const bed = new SqliteBed();
  mkdirSync(dirname(bed.path), { mode: 0o700 });
  const file = new Database(bed.path, { create: true });
  file.run(readFileSync(join(import.meta.dir, `../fixtures/journal-v${version}.sql`), "utf8"));
  file.close(true);
  return bed;
}

async function openWith(bed: SqliteBed, steps: readonly string[]) {
  const options = { path: bed.path, readonly: false, busyTimeoutMs: 0 } as const;
  return openDatabase({ ...options, migrations: steps });
}

describe.each([1, 2])("a file of version %d", (version) => {
  test("is gone on with by this version", async () => {
    await using bed = bedOfVersion(version);
    const journal = await bed.open();
    const summaries = (await journal.list()).map(({ executionId, status, sequence, wakeAt }) => [
      executionId,
      status,
      sequence,
      wakeAt,
    ]);
    expect(summaries).toEqual([
      ["running", "running", 2, undefined],
      ["waiting", "waiting", 5, 9_000],
      ["finished", "completed", 4, undefined],
    ]);
    expect((await journal.load("finished"))?.entries.at(-1)?.event).toEqual({
      type: "execution.completed",
      output: "done",
    });
    expect((await journal.load("waiting"))?.entries[2]?.event).toEqual(completed("a", "x".repeat(5_000)));
    await bed.advance(20_000);
    expect((await journal.claim({})).map(({ executionId }) => executionId)).toEqual(["waiting", "running"]);
    expect((await journal.inbox()).length).toBe(1);
    await journal.append(batch("running", 2, [completed("a", 1)], { fence: 2 }));
    expect((await journal.load("running"))?.entries.length).toBe(3);
  });

  test("has the shape that this version makes", async () => {
    await using old = bedOfVersion(version);
    await using fresh = new SqliteBed();
    const shapes = await Promise.all(
      [old, fresh].map(async (bed) => {
        const database = await openWith(bed, migrations);
        const rows = database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
        database.close();
        return rows.map(({ name, sql }) => [name, String(sql).replaceAll(/\s+/g, " ")]);
      }),
    );
    expect(shapes[0]).toEqual(shapes[1]);
  });
});

describe("a step to the next version", () => {
  const next = [...migrations, "ALTER TABLE executions ADD COLUMN note TEXT"];

  test("is taken once, and then refused by the version before", async () => {
    await using bed = bedOfVersion(1);
    for (let time = 0; time < 2; time++) {
      const database = await openWith(bed, next);
      expect([versionOf(database), database.prepare("SELECT note FROM executions").all().length]).toEqual([
        next.length,
        3,
      ]);
      database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
      database.close();
    }
    expect(String(await rejectionOf(bed.open()))).toContain(
      `a newer version of orchestr8 has written it (format ${next.length}`,
    );
  });

  test("is taken whole or not at all", async () => {
    await using bed = bedOfVersion(1);
    await rejectionOf(openWith(bed, [...next, "CREATE TABLE executions (key INTEGER)"]));
    const journal = await bed.open();
    expect((await journal.list()).length).toBe(3);
  });

  test("is not taken by who only reads", async () => {
    await using bed = bedOfVersion(1);
    const options = { path: bed.path, readonly: true, busyTimeoutMs: 0 } as const;
    expect(String(await rejectionOf(openDatabase({ ...options, migrations: next })))).toContain(
      "its format is an older one; open it for writing once",
    );
  });
});
