import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { rejectionOf } from "../../testing/rejection-of.ts";
import { batch, completed, newExecution, start } from "../fixtures/recording.ts";
import { SqliteBed } from "../fixtures/sqlite-bed.ts";
import { journalCases } from "../journal.suite.ts";

const large = { text: "x".repeat(20_000) };

describe("SqliteJournal", () => {
  for (const { name, run } of journalCases) {
    test(name, async () => {
      await using bed = new SqliteBed();
      await run(bed);
    });
  }

  test("has everything again after it was closed and opened", async () => {
    await using bed = new SqliteBed();
    const first = await bed.open({ durability: "full" });
    await start(first, "e1", { origin: "/a.ts" });
    await first.append(batch("e1", 1, [completed("a", large)], { status: "waiting", wakeAt: 5_000 }));
    await first.send("e1", { kind: "cancel", reason: "enough" });
    const before = { loaded: await first.load("e1"), shown: await first.read("e1"), listed: await first.list() };
    await first.close();
    const second = await bed.open({ durability: "full" });
    const after = { loaded: await second.load("e1"), shown: await second.read("e1"), listed: await second.list() };
    expect(after).toEqual({ ...before, listed: before.listed.map((one) => ({ ...one, isOwned: false })) });
    expect(await second.claim({})).toEqual([{ executionId: "e1", fence: 2 }]);
    expect((await second.inbox()).map(({ message }) => message)).toEqual([{ kind: "cancel", reason: "enough" }]);
  });

  test("has recorded on the disk what it has acknowledged, for a process that is killed at once", async () => {
    await using bed = new SqliteBed();
    const program = `
      import { openSqliteJournal } from "${import.meta.dir}/sqlite-journal.ts";
      import { start } from "${import.meta.dir}/../fixtures/recording.ts";
      const journal = await openSqliteJournal({ path: ${JSON.stringify(bed.path)} });
      await start(journal, "e1");
      process.kill(process.pid, "SIGKILL");`;
    const { signalCode } = Bun.spawnSync([process.execPath, "-e", program]);
    expect(signalCode).toBe("SIGKILL");
    const journal = await bed.open();
    expect((await journal.list()).map(({ executionId, isOwned }) => [executionId, isOwned])).toEqual([["e1", false]]);
    // Its lease has not ended, but nobody is there any more who could hold it.
    expect(await journal.claim({})).toEqual([{ executionId: "e1", fence: 2 }]);
  });

  test("keeps a value that is shown whole there alone, and apart what is hidden or cut", async () => {
    await using bed = new SqliteBed();
    const journal = await bed.open({ maxFieldBytes: 1_000 });
    await start(journal, "e1");
    const cut = "x".repeat(2_000);
    const events = [completed("plain", { n: 1 }), completed("cut", cut), completed("hidden", "whole")];
    const { entries, shown, ...rest } = batch("e1", 1, events);
    const hidden = shown.map((entry, index) => (index === 2 ? { ...entry, event: completed("hidden", "***") } : entry));
    await journal.append({ ...rest, entries, shown: hidden });
    const file = new Database(bed.path);
    expect(file.query("SELECT step, value FROM checkpoints ORDER BY step").values()).toEqual([
      ["@input", ""],
      ["cut", JSON.stringify(cut)],
      ["hidden", '"whole"'],
      ["plain", ""],
    ]);
    file.close();
    expect((await journal.load("e1"))?.entries.slice(1)).toEqual([...entries]);
  });

  test("keeps times to the microsecond", async () => {
    await using bed = new SqliteBed();
    const journal = await bed.open();
    const [first] = newExecution("e1").entries;
    if (first === undefined) throw new Error("Cannot find the first entry");
    const entries = [{ ...first, elapsedMs: 0.9867950000000008 }];
    await start(journal, "e1", { entries, shown: entries });
    expect((await journal.read("e1"))[0]?.elapsedMs).toBe(0.987);
  });

  test("keeps a value that comes again and again only once", async () => {
    await using bed = new SqliteBed();
    const journal = await bed.open();
    for (const id of ["e1", "e2"]) {
      await start(journal, id);
      await journal.append(batch(id, 1, [completed("a", large), completed("b", large), completed("c", "small")]));
    }
    const file = new Database(bed.path);
    expect(file.query("SELECT count(*) AS blobs FROM blobs").get()).toEqual({ blobs: 1 });
    expect(file.query("SELECT count(*) AS workflows FROM workflows").get()).toEqual({ workflows: 1 });
    file.close();
    expect((await journal.load("e2"))?.entries[2]?.event).toEqual(completed("b", large));
  });

  test("renews one lease for all executions, with a timer that keeps no process alive", async () => {
    await using bed = new SqliteBed();
    const journal = await bed.open();
    for (let index = 0; index < 20; index++) await start(journal, `e${index}`);
    const file = new Database(bed.path);
    const owners = () => file.query<{ expires_at: number }, []>("SELECT expires_at FROM owners").all();
    const [before] = owners();
    await bed.advance(6_000);
    expect(owners()).toEqual([{ expires_at: (before?.expires_at ?? 0) + 5_000 }]);
    await journal.close();
    expect(owners()).toEqual([]);
    file.close();
  });

  test("survives that a renewal fails, and renews again as soon as it can", async () => {
    await using bed = new SqliteBed();
    const journal = await bed.open({ busyTimeoutMs: 0 });
    await start(journal, "e1");
    const file = new Database(bed.path);
    const expiry = () => file.query<{ expires_at: number }, []>("SELECT expires_at FROM owners").get()?.expires_at ?? 0;
    const before = expiry();
    file.run("BEGIN IMMEDIATE");
    await bed.advance(6_000);
    file.run("ROLLBACK");
    expect(expiry()).toBe(before);
    await journal.append(batch("e1", 1, [completed("a", 1)]));
    expect(expiry()).toBe(before + 6_000);
    await journal.close();
    expect(expiry()).toBe(0);
    file.close();
  });

  test("forgets owners that are gone, once nothing is theirs any more", async () => {
    await using bed = new SqliteBed();
    const silent = await bed.open();
    await start(silent, "e1");
    await bed.crash(silent);
    const next = await bed.open();
    await next.claim({});
    const file = new Database(bed.path);
    expect(file.query("SELECT count(*) AS owners FROM owners").get()).toEqual({ owners: 1 });
    file.close();
  });

  test("takes no lock to find out that there is nothing to claim", async () => {
    await using bed = new SqliteBed();
    const journal = await bed.open({ busyTimeoutMs: 0 });
    const other = new Database(bed.path);
    other.run("BEGIN IMMEDIATE");
    expect(await journal.claim({})).toEqual([]);
    other.run("ROLLBACK");
    other.close();
  });

  test("reads beside a writer that is at work, and writes nothing", async () => {
    await using bed = new SqliteBed();
    const writer = await bed.open();
    await start(writer, "e1");
    const reader = await bed.open({ readonly: true });
    await writer.append(batch("e1", 1, [completed("a", large)]));
    expect(await reader.read("e1")).toEqual(await writer.read("e1"));
    expect(await reader.load("e1")).toEqual(await writer.load("e1"));
    expect(await reader.list()).toEqual(await writer.list());
    const writes = [
      reader.create(newExecution("e2")),
      reader.append(batch("e1", 2, [completed("b", 1)])),
      reader.send("e1", { kind: "cancel", reason: "enough" }),
      reader.release("e1"),
      reader.forget("e1"),
      reader.gc(),
    ];
    for (const error of await Promise.all(writes.map(rejectionOf))) {
      expect(String(error)).toContain("it was opened to be read only");
    }
    await reader.close();
    expect((await writer.read("e1")).length).toBe(2);
  });

  test("looks no more at a file that it has closed", async () => {
    await using bed = new SqliteBed();
    const journal = await bed.open();
    journal.watch(() => {
      throw new Error("nobody is there");
    });
    await journal.close();
    journal.watch(() => {})[Symbol.dispose]();
    await bed.advance(1_000);
  });

  test("cannot be used when it is closed, which it may be twice", async () => {
    await using bed = new SqliteBed();
    const journal = await bed.open();
    const last = journal.create(newExecution("e1"));
    await Promise.all([journal.close(), journal.close()]);
    expect(await last).toEqual({ isNew: true, fence: 1 });
    expect(String(await rejectionOf(journal.read("e1")))).toContain("it is closed");
    expect(String(await rejectionOf(journal.release("e1")))).toContain("it is closed");
  });
});
