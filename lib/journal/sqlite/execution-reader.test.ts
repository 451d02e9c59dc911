import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { rejectionOf } from "../../testing/rejection-of.ts";
import { batch, completed, start } from "../fixtures/recording.ts";
import { SqliteBed } from "../fixtures/sqlite-bed.ts";

const damages = [
  ["an entry that is no JSON", "UPDATE events SET entries = '[1, {' WHERE first_sequence = 2", 2],
  ["an entry of another form", "UPDATE events SET entries = '[1, 2, 3, {}]' WHERE first_sequence = 2", 2],
  ["an entry too few", 'UPDATE events SET entries = \'[3,{"type":"execution.started"}]\' WHERE first_sequence = 2', 2],
  ["a missing batch", "DELETE FROM events WHERE first_sequence = 2", 2],
  ["a missing last batch", "DELETE FROM events WHERE first_sequence = 4", 4],
  ["a value that is no JSON", "UPDATE checkpoints SET value = '{' WHERE step = 'b'", 4],
  ["a missing value", "DELETE FROM checkpoints WHERE step = 'b'", 4],
  ["a missing long value", "DELETE FROM blobs", 3],
] as const;

describe("a journal with damage in one record", () => {
  test.each(damages)("names the execution and the entry of %s", async (_, sql, sequence) => {
    await using bed = new SqliteBed();
    const journal = await bed.open();
    await start(journal, "e1");
    await start(journal, "e2");
    await journal.append(batch("e1", 1, [{ type: "execution.started" }, completed("a", "x".repeat(9_000))]));
    await journal.append(batch("e1", 3, [completed("b", 1)]));
    const file = new Database(bed.path);
    file.run(sql);
    file.close();
    const error = await rejectionOf(journal.load("e1"));
    expect(error).toHaveProperty("code", "JOURNAL_CORRUPT");
    expect(String(error)).toContain(`Cannot read entry ${sequence} of execution "e1"`);
    expect((await journal.load("e2"))?.entries.length).toBe(1);
  });

  test.each([
    ["a workflow", "UPDATE workflows SET body = '[]'"],
    ["an input", "UPDATE checkpoints SET value = NULL"],
  ])("loads nothing with %s that cannot be", async (_, sql) => {
    await using bed = new SqliteBed();
    const journal = await bed.open();
    await start(journal, "e1");
    const file = new Database(bed.path);
    file.run(sql);
    file.close();
    expect(await rejectionOf(journal.load("e1"))).toHaveProperty("code", "JOURNAL_CORRUPT");
    expect((await journal.read("e1")).length).toBe(1);
  });

  test("reads every page of batches of any size", async () => {
    await using bed = new SqliteBed();
    const journal = await bed.open();
    await start(journal, "e1");
    let after = 1;
    for (const size of [3, 1, 4, 1, 5, 2]) {
      await journal.append(
        batch(
          "e1",
          after,
          Array.from({ length: size }, (_, n) => completed(`${after}/${n}`, n)),
        ),
      );
      after += size;
    }
    const all = await journal.read("e1");
    for (let from = 0; from <= after; from++) {
      for (const limit of [1, 2, 5, 100]) {
        expect(await journal.read("e1", { after: from, limit })).toEqual(all.slice(from, from + limit));
      }
    }
  });
});
