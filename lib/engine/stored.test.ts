import { expect, test } from "bun:test";
import { JournalCorruptError } from "../errors.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { createEngine } from "./create-engine.ts";
import type { JournalEntry } from "./events.ts";
import { echo, workflowOf } from "./fixtures/workflow-of.ts";
import { plan } from "./plan.ts";
import { restore } from "./stored.ts";

const workflow = workflowOf([{ id: "a" }, { id: "b", dependencies: ["a"] }]);

async function recorded() {
  const clock = new VirtualClock();
  const engine = createEngine({ agents: [echo], clock, newId: () => "e" });
  await engine.start(workflow);
  await clock.advance(0);
  return await engine.journal.read("e");
}

test.each<[string, (entries: readonly JournalEntry[]) => readonly JournalEntry[], string]>([
  ["a gap", (entries) => entries.toSpliced(3, 1), "it holds sequence 5 after 3"],
  ["an entry twice", (entries) => entries.flatMap((entry) => [entry, entry]), "it holds sequence 1 after 1"],
  [
    "something after its end",
    (entries) => [
      ...entries,
      { executionId: "e", sequence: entries.length + 1, elapsedMs: 0, event: { type: "execution.started" } },
    ],
    'it holds "execution.started" after the end',
  ],
])("restore() refuses a journal with %s", async (_what, damage, why) => {
  const entries = await recorded();
  expect(restore(plan(workflow), { executionId: "e", entries }).status).toBe("completed");
  const read = () => restore(plan(workflow), { executionId: "e", entries: damage(entries) });
  expect(read).toThrow(JournalCorruptError);
  expect(read).toThrow(`Cannot read execution "e": Cannot fold the journal of execution "e": ${why}`);
});
