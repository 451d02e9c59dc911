import { describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { batch, completed, created, newExecution, start, workflow } from "../fixtures/recording.ts";
import { SqliteBed } from "../fixtures/sqlite-bed.ts";
import type { SqliteJournal } from "./sqlite-journal.ts";

const end = (id: string, after = 1) => batch(id, after, [{ type: "execution.completed" }], { status: "completed" });

async function idsIn(journal: SqliteJournal): Promise<string[]> {
  return (await journal.list({ children: true })).map(({ executionId }) => executionId).toSorted();
}

/** Finished, one after another, a second apart: e1 to e5. And e6, which goes on. */
async function fill(bed: SqliteBed): Promise<SqliteJournal> {
  const journal = await bed.open();
  for (const id of ["e1", "e2", "e3", "e4", "e5", "e6"]) {
    await start(journal, id);
    await journal.append(batch(id, 1, [completed("own", id.repeat(20_000)), completed("same", "x".repeat(20_000))]));
  }
  for (const id of ["e1", "e2", "e3", "e4", "e5"]) {
    await bed.advance(1_000);
    await journal.append(end(id, 3));
  }
  return journal;
}

describe("SqliteJournal.gc()", () => {
  test("removes what finished longer ago, with its values, and makes the file smaller", async () => {
    await using bed = new SqliteBed();
    const journal = await fill(bed);
    await journal.gc();
    const sizeBefore = statSync(bed.path).size;
    const report = await journal.gc({ olderThanMs: 2_000 });
    expect(report).toEqual({ executions: 3, workflows: 0, blobs: 3, idempotencyKeys: 0, bytes: report.bytes });
    expect(report.bytes).toBeGreaterThan(3 * 40_000);
    expect(await idsIn(journal)).toEqual(["e4", "e5", "e6"]);
    expect(sizeBefore - statSync(bed.path).size).toBe(report.bytes);
    expect(statSync(`${bed.path}-wal`).size).toBe(0);
    expect((await journal.load("e4"))?.entries[2]?.event).toEqual(completed("same", "x".repeat(20_000)));
  });

  test("keeps as many as it is told to, those that ended last", async () => {
    await using bed = new SqliteBed();
    const journal = await fill(bed);
    expect((await journal.gc({ keep: 2 })).executions).toBe(3);
    expect(await idsIn(journal)).toEqual(["e4", "e5", "e6"]);
    expect((await journal.gc({ keep: 1, olderThanMs: 3_600_000 })).executions).toBe(0);
    expect((await journal.gc({ keep: 0 })).executions).toBe(2);
    expect(await idsIn(journal)).toEqual(["e6"]);
  });

  test("removes no execution unless it is told which", async () => {
    await using bed = new SqliteBed();
    const journal = await fill(bed);
    expect((await journal.gc()).executions).toBe(0);
  });

  test("says what would go, and lets it stay", async () => {
    await using bed = new SqliteBed();
    const journal = await fill(bed);
    const rehearsed = await journal.gc({ keep: 1, dryRun: true });
    expect(await idsIn(journal)).toEqual(["e1", "e2", "e3", "e4", "e5", "e6"]);
    const done = await journal.gc({ keep: 1 });
    expect({ ...done, bytes: 0 }).toEqual({ ...rehearsed, bytes: 0 });
    expect(Math.abs(done.bytes - rehearsed.bytes)).toBeLessThan(5 * 4_096);
  });

  test("removes workflows and idempotency keys that nothing needs", async () => {
    await using bed = new SqliteBed();
    const journal = await bed.open();
    const idempotency = { key: "k", fingerprint: "f", ttlMs: 1_000 };
    await start(journal, "e1", { workflow: workflow("v"), workflowHash: "hash-v", idempotency });
    await start(journal, "e2", { idempotency: { ...idempotency, key: "l" } });
    await journal.append(end("e1"));
    await bed.advance(2_000);
    const report = await journal.gc({ keep: 0 });
    expect(report).toEqual({ executions: 1, workflows: 1, blobs: 0, idempotencyKeys: 1, bytes: report.bytes });
  });

  test("removes children with their parent, and none that a parent may still ask for", async () => {
    await using bed = new SqliteBed();
    const journal = await bed.open();
    const child = (id: string, executionId: string) =>
      journal.create(newExecution(id, {}, created({ parent: { executionId, stepId: "a" } })));
    await start(journal, "p1");
    await start(journal, "p2");
    await child("c1", "p1");
    await child("c1a", "c1");
    await child("c2", "p2");
    for (const id of ["c1a", "c1", "c2", "p1"]) await journal.append(end(id));
    expect((await journal.gc({ keep: 0 })).executions).toBe(3);
    expect(await idsIn(journal)).toEqual(["c2", "p2"]);
  });

  test("goes on while others write, and stops for many executions only between them", async () => {
    await using bed = new SqliteBed();
    const journal = await bed.open();
    for (let index = 0; index < 250; index++) void journal.create(newExecution(`e${index}`));
    for (let index = 0; index < 250; index++) void journal.append(end(`e${index}`));
    await start(journal, "f1");
    const [report] = await Promise.all([journal.gc({ keep: 0 }), journal.append(batch("f1", 1, [completed("a", 1)]))]);
    expect(report.executions).toBe(250);
    expect((await journal.load("f1"))?.entries.length).toBe(2);
  });
});
