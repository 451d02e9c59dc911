import { expect, test } from "bun:test";
import type { AnyAgent } from "../../lib/agents/agent.ts";
import { createEngine } from "../../lib/engine/create-engine.ts";
import { workflowOf } from "../../lib/engine/fixtures/workflow-of.ts";
import { MemoryJournal } from "../../lib/journal/memory-journal.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { readFamily, standInsFor } from "./stand-ins.ts";

const busy: AnyAgent = { id: "@test/busy", version: "1.0.0", execute: () => new Promise(() => undefined) };

test("an agent that stands in for another one does nothing until it is stopped", async () => {
  const clock = new VirtualClock();
  const journal = new MemoryJournal({ clock });
  const next = journal.handle();
  const { execution } = await createEngine({ agents: [busy], clock, journal }).start(
    workflowOf([{ id: "a", agent: "@test/busy" }], { timeoutMs: 60_000 }),
  );
  await clock.advance(0);
  await journal.close();
  const brought = standInsFor(await readFamily(next, execution.id));
  const resumed = await createEngine({ ...brought, clock, journal: next }).resume(execution.id);
  await clock.advance(30_000);
  expect(resumed.view().steps["a"]).toMatchObject({ status: "running", attempts: 2 });
  resumed.cancel("enough");
  await clock.advance(0);
  expect(await resumed.result).toMatchObject({ status: "cancelled", reason: "enough" });
  // It heeded its signal: nobody had to give up waiting for it.
  const last = (await next.read(execution.id)).find(({ event }) => event.type === "step.cancelled");
  expect(last?.event).toMatchObject({ forced: false });
});
