import { describe, expect, test } from "bun:test";
import type { AnyAgent } from "../../lib/agents/agent.ts";
import { createEngine } from "../../lib/engine/create-engine.ts";
import type { ExecutionSummary } from "../../lib/journal/journal.ts";
import { childStep, waitStep, workflowOf, workflowOfSteps } from "../../lib/engine/fixtures/workflow-of.ts";
import { MemoryJournal } from "../../lib/journal/memory-journal.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import type { Workflow } from "../../lib/workflow.ts";
import { FakeContext } from "../fixtures/fake-context.ts";
import { endHere } from "./end-here.ts";
import { leftExecutions } from "./left-executions.ts";

const stubborn: AnyAgent = { id: "@test/stubborn", version: "1.0.0", execute: () => new Promise(() => undefined) };
const child: Workflow = {
  ...workflowOf([{ id: "busy", agent: "@test/stubborn" }], { timeoutMs: 600_000 }),
  metadata: { id: "child", name: "Child" },
};
const parent = workflowOfSteps([
  childStep("sub", "child", { policies: { timeoutMs: 1_000, retry: { maxAttempts: 1 } } }),
]);

function machine() {
  const clock = new VirtualClock();
  const journal = new MemoryJournal({ clock });
  const other = journal.handle();
  const engine = createEngine({ journal, clock, agents: [stubborn], workflows: [child] });
  const start = async (workflow: Workflow): Promise<ExecutionSummary> => {
    const { execution } = await engine.start(workflow);
    execution.result.catch(() => undefined);
    await clock.advance(1);
    return await summaryOf(execution.id);
  };
  const summaryOf = async (id: string): Promise<ExecutionSummary> => {
    const [summary] = await other.list({ idPrefix: id, children: true });
    if (summary === undefined) throw new Error(`Cannot find execution "${id}": the journal has none of this id`);
    return summary;
  };
  const childOf = async (id: string): Promise<string | undefined> =>
    (await other.list({ children: true })).find(({ parentId }) => parentId === id)?.executionId;
  const left = async () => {
    const { roots, orphans } = await leftExecutions(other);
    return {
      roots: roots.map(({ executionId }) => executionId),
      orphans: orphans.map(({ executionId }) => executionId),
    };
  };
  return { clock, journal, other, start, summaryOf, childOf, left };
}

describe("leftExecutions()", () => {
  test("leaves out what a process runs, and lists a child with its parent", async () => {
    const { journal, start, left } = machine();
    const { executionId } = await start(parent);
    expect(await left()).toEqual({ roots: [], orphans: [] });
    await journal.close();
    expect(await left()).toEqual({ roots: [executionId], orphans: [] });
  });

  test("lists a child as an orphan once its parent has ended", async () => {
    const { clock, journal, start, summaryOf, childOf, left } = machine();
    const { executionId } = await start(parent);
    await clock.advance(2_000);
    await journal.close();
    const orphan = await childOf(executionId);
    const { status } = await summaryOf(executionId);
    expect({ status, left: await left() }).toEqual({ status: "failed", left: { roots: [], orphans: [orphan ?? ""] } });
  });

  test("lists a child as an orphan once its parent is gone", async () => {
    const { journal, start, childOf, left } = machine();
    const { executionId } = await start(parent);
    const orphan = await childOf(executionId);
    journal.forget(executionId);
    await journal.close();
    expect(await left()).toEqual({ roots: [], orphans: [orphan ?? ""] });
  });

  test("leaves a child to its parent that another process runs", async () => {
    const { journal, start, childOf, left } = machine();
    const { executionId } = await start(parent);
    journal.release((await childOf(executionId)) ?? "");
    expect(await left()).toEqual({ roots: [], orphans: [] });
  });
});

describe("endHere()", () => {
  const waiting = workflowOfSteps([waitStep("w", { kind: "signal", name: "go" })]);

  test("does nothing while another process runs the execution, or once it has ended it", async () => {
    const { clock, other, journal, start, summaryOf } = machine();
    const found = await start(waiting);
    const context = new FakeContext({ clock });
    const before = await journal.read(found.executionId);
    await endHere(other, found, {}, context);
    expect(await journal.read(found.executionId)).toEqual(before);
    await journal.send(found.executionId, { kind: "cancel", reason: "enough" });
    await clock.advance(1);
    const ended = await journal.read(found.executionId);
    expect((await summaryOf(found.executionId)).status).toBe("cancelled");
    await endHere(other, found, {}, context);
    expect(await journal.read(found.executionId)).toEqual(ended);
  });

  test("says why it cannot go on with an execution", async () => {
    const { clock, other, journal, start } = machine();
    const found = await start(waiting);
    await journal.close();
    other.load = () => Promise.reject(new Error("disk gone"));
    await expect(endHere(other, found, {}, new FakeContext({ clock }))).rejects.toThrow("disk gone");
  });
});
