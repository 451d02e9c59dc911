import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rejectionOf } from "../../testing/rejection-of.ts";
import { SqliteBed } from "../fixtures/sqlite-bed.ts";
import { LogFlush } from "./log-flush.ts";

describe("LogFlush", () => {
  test("flushes the log beside the database, at once or beside the event loop", async () => {
    await using bed = new SqliteBed();
    const path = join(bed.folder, "journal.db");
    writeFileSync(`${path}-wal`, "log");
    const flush = new LogFlush(path);
    flush.now();
    const soon = flush.soon();
    expect(flush.isIdle).toBe(false);
    await soon;
    expect(flush.isIdle).toBe(true);
    flush.close();
  });

  test("begins another flush for who asks while one is under way, and one for all of them", async () => {
    await using bed = new SqliteBed();
    const path = join(bed.folder, "journal.db");
    writeFileSync(`${path}-wal`, "log");
    const flush = new LogFlush(path);
    const [first, second, third] = [flush.soon(), flush.soon(), flush.soon()];
    expect(second).not.toBe(first);
    expect(third).toBe(second);
    await first;
    expect(flush.isIdle).toBe(false);
    await second;
    expect(flush.isIdle).toBe(true);
    flush.close();
  });

  test("says so when there is no log", async () => {
    await using bed = new SqliteBed();
    const flush = new LogFlush(join(bed.folder, "missing.db"));
    expect(() => flush.now()).toThrow("ENOENT");
    expect(await rejectionOf(flush.soon())).toHaveProperty("code", "ENOENT");
  });
});
