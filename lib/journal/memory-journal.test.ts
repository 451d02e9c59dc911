import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { batch, completed, start } from "./fixtures/recording.ts";
import { type JournalBed, journalCases } from "./journal.suite.ts";
import { MemoryJournal } from "./memory-journal.ts";

function createBed(): JournalBed {
  const clock = new VirtualClock();
  const journal = new MemoryJournal({ clock });
  return {
    open: () => Promise.resolve(journal.handle()),
    crash(silent) {
      if (silent instanceof MemoryJournal) silent.crash();
      return clock.advance(15_000);
    },
    revive(silent) {
      if (silent instanceof MemoryJournal) silent.revive();
      return clock.advance(0);
    },
    advance: (ms) => clock.advance(ms),
  };
}

function end(journal: MemoryJournal, executionId: string): void {
  journal.append(batch(executionId, 1, [{ type: "execution.completed" }], { status: "completed" }));
}

describe("MemoryJournal", () => {
  for (const { name, run } of journalCases) test(name, () => run(createBed()));

  test("never makes the engine wait", async () => {
    const journal = new MemoryJournal();
    await start(journal, "e1");
    expect(journal.append(batch("e1", 1, [completed("a", 1)]))).toBeUndefined();
    expect(journal.release("e1")).toBeUndefined();
  });

  test("keeps values whole beside what is shown of them, so that an execution can be run again", async () => {
    const journal = new MemoryJournal({ maxFieldBytes: 4 });
    await start(journal, "e1");
    journal.append(batch("e1", 1, [completed("a", "long enough")]));
    expect((await journal.load("e1"))?.entries[1]?.event).toEqual(completed("a", "long enough"));
    journal.append(batch("e1", 2, [{ type: "execution.completed" }], { status: "completed" }));
    expect((await journal.load("e1"))?.entries[1]?.event).toEqual(completed("a", "long enough"));
    expect((await journal.read("e1"))[1]?.event).toEqual(completed("a", '"lon[truncated]'));
  });

  test("keeps as many finished executions as it is told to, and every unfinished one", async () => {
    const journal = new MemoryJournal({ keepFinished: 2 });
    for (const id of ["e1", "e2", "e3", "e4", "e5"]) await start(journal, id);
    for (const id of ["e4", "e1", "e3", "e2"]) end(journal, id);
    expect((await journal.list()).map(({ executionId }) => executionId)).toEqual(["e5", "e3", "e2"]);
  });

  test("does not count a finished execution that it was told to forget", async () => {
    const journal = new MemoryJournal({ keepFinished: 2 });
    for (const id of ["e1", "e2", "e3"]) await start(journal, id);
    for (const id of ["e1", "e2"]) end(journal, id);
    journal.forget("e1");
    journal.forget("e1");
    end(journal, "e3");
    expect((await journal.list()).map(({ executionId }) => executionId)).toEqual(["e3", "e2"]);
  });
});
