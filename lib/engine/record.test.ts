import { describe, expect, test } from "bun:test";
import type { Batch, Creation, Journal, JournalRange, NewExecution } from "../journal/journal.ts";
import { MemoryJournal } from "../journal/memory-journal.ts";
import type { LogRecord } from "../log.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { createEngine } from "./create-engine.ts";
import type { ExecutionEvent } from "./events.ts";
import { agentOf, agentStep, echo, outputOf, waitStep, workflowOf, workflowOfSteps } from "./fixtures/workflow-of.ts";
import { foldAll } from "./fold.ts";
import { plan } from "./plan.ts";
import type { Redactor } from "./redactor.ts";
import { viewOf } from "./view.ts";

const open: Redactor = { input: (value) => value, stepOutput: (_, value) => value, entries: (entries) => entries };

/** Keeps what is appended when it is told to, as a disk would. */
function slowJournal(): {
  readonly journal: Journal;
  readonly kept: () => number;
  /** Keeps what waits, and what comes of that, and so on. */
  readonly flush: (rounds?: number) => Promise<void>;
  readonly fail: (error: Error) => void;
} {
  const memory = new MemoryJournal();
  const waiting: { entries: number; write: () => void; failed: (error: Error) => void }[] = [];
  let kept = 0;
  return {
    journal: Object.assign(new MemoryJournal(), {
      create: (execution: NewExecution) =>
        new Promise<Creation>((resolve, failed) => {
          const write = (): void => resolve(memory.create(execution));
          waiting.push({ entries: execution.entries.length, write, failed });
        }),
      append: (batch: Batch) =>
        new Promise<void>((resolve, failed) => {
          const write = (): void => resolve(memory.append(batch));
          waiting.push({ entries: batch.entries.length, write, failed });
        }),
      read: (id: string, range?: JournalRange) => memory.read(id, range),
    }),
    kept: () => kept,
    async flush(rounds = Infinity) {
      for (let round = 0; round < rounds && waiting.length > 0; round++) {
        for (const { entries, write } of waiting.splice(0)) {
          write();
          kept += entries;
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    fail: (error) => waiting.splice(0).forEach(({ failed }) => failed(error)),
  };
}

describe("the record", () => {
  test("takes a message off the inbox with the batch that answers it, and with no earlier one", async () => {
    const memory = new MemoryJournal();
    const append = memory.append.bind(memory);
    const batches: Batch[] = [];
    const journal = Object.assign(memory, {
      append: (batch: Batch) => {
        batches.push(batch);
        return new Promise<void>((resolve) => setImmediate(() => resolve(append(batch))));
      },
    });
    const engine = createEngine({ agents: [echo], journal });
    const steps = [agentStep({ id: "a" }), waitStep("w", { kind: "signal", name: "go" })];
    const { execution } = await engine.start(workflowOfSteps(steps));
    // Until the end of the first step is about to be kept.
    while (batches.length === 0) await Promise.resolve();
    await engine.signal(execution.id, "go");
    await execution.result;
    const answering = batches.filter(({ consumed }) => consumed.length > 0);
    expect(answering.map(({ entries }) => entries[0]?.event.type)).toEqual(["signal.received"]);
  });

  test("is the execution: folding the journal again gives the same view", async () => {
    let calls = 0;
    const flaky = agentOf("@test/flaky", () => {
      if (++calls < 3) throw new Error("not yet");
      return { calls };
    });
    const failing = agentOf("@test/failing", () => {
      throw new TypeError("never");
    });
    const clock = new VirtualClock();
    const engine = createEngine({ agents: [echo, flaky, failing], clock });
    const workflow = workflowOf([
      { id: "a", agent: "@test/flaky" },
      { id: "b", agent: "@test/failing", onError: "fallback", fallbackStepId: "spare" },
      {
        id: "spare",
        dependencies: ["b"],
        input: { kind: "expression", expression: { kind: "reference", root: "steps", path: ["b", "error", "name"] } },
      },
      { id: "c", dependencies: ["a", "b"], input: outputOf("b") },
      { id: "d", condition: { kind: "value", value: false } },
    ]);
    const { execution } = await engine.start(workflow);
    await clock.advance(10_000);
    const again = foldAll(plan(workflow), execution.id, await engine.journal.read(execution.id));
    expect(viewOf(again, again.elapsedMs, open)).toEqual(execution.view());
    expect(execution.view()).toMatchObject({ status: "completed", steps: { c: { output: "TypeError" } } });
  });

  test("can be folded up to any sequence", async () => {
    const clock = new VirtualClock();
    const engine = createEngine({ agents: [echo], clock });
    const workflow = workflowOf([{ id: "a" }, { id: "b", dependencies: ["a"] }]);
    const { execution } = await engine.start(workflow);
    await clock.advance(1);
    const entries = await engine.journal.read(execution.id);
    const statuses = entries.map((_, index) => {
      const state = foldAll(plan(workflow), execution.id, entries.slice(0, index + 1));
      return `${state.status}: ${state.units.map(({ status }) => status).join(" ")}`;
    });
    expect(statuses).toEqual([
      "queued: pending pending",
      "queued: ready pending",
      "running: ready pending",
      "running: ready pending",
      "running: running pending",
      "running: completed pending",
      "running: completed ready",
      "running: completed ready",
      "running: completed running",
      "running: completed completed",
      "completed: completed completed",
    ]);
  });

  test.each<[string, readonly ExecutionEvent[], string]>([
    ["a gap", [], "sequence 2 after 0"],
    ["an unknown step", [{ type: "step.ready", stepId: "x" }], 'unknown step "x"'],
    [
      "an event after the end",
      [{ type: "execution.completed" }, { type: "execution.started" }],
      '"execution.started" after the end',
    ],
    [
      "a second end of a step",
      [
        { type: "step.completed", stepId: "a", output: null, attempts: 1, durationMs: 0 },
        { type: "step.completed", stepId: "a", output: null, attempts: 1, durationMs: 0 },
      ],
      '"step.completed" for step "a", which is completed',
    ],
    [
      "a recovery of a step that did not fall back",
      [{ type: "step.recovered", stepId: "a", fallbackStepId: "b", output: null }],
      'Cannot fold "step.recovered": the step is pending',
    ],
  ])("is refused with %s", (what, events, message) => {
    const first = what === "a gap" ? 2 : 1;
    const given = events.length === 0 ? [{ type: "execution.started" } as const] : events;
    const entries = given.map((event, index) => ({ executionId: "e", sequence: first + index, elapsedMs: 0, event }));
    expect(() => foldAll(plan(workflowOf([{ id: "a" }])), "e", entries)).toThrow(message);
  });
});

describe("a journal that takes time", () => {
  test("is waited for before anything that follows from an entry is done", async () => {
    const { journal, kept, flush } = slowJournal();
    const clock = new VirtualClock();
    const keptAtCall: number[] = [];
    const noting = agentOf("@test/noting", () => keptAtCall.push(kept()));
    const engine = createEngine({ agents: [noting], clock, journal });
    const starting = engine.start(
      workflowOf([
        { id: "a", agent: "@test/noting" },
        { id: "b", agent: "@test/noting", dependencies: ["a"] },
      ]),
    );
    await clock.advance(1);
    expect(keptAtCall).toEqual([]);
    await flush();
    const { execution } = await starting;
    await flush();
    expect(await execution.result).toMatchObject({ status: "completed" });
    // created and ready; started, step and attempt; completed and ready; step and attempt of b.
    expect(keptAtCall).toEqual([5, 9]);
  });

  test("starts nothing when the first entry cannot be kept", async () => {
    const { journal, fail } = slowJournal();
    const engine = createEngine({ agents: [echo], clock: new VirtualClock(), journal });
    const starting = engine.start(workflowOf([{ id: "a" }]));
    await Promise.resolve();
    fail(new Error("disk full"));
    await expect(starting).rejects.toThrow("disk full");
    expect(engine.load()).toEqual({ executions: 0, running: 0, waiting: 0 });
  });

  test("gives the slots of an execution that is lost to the others", async () => {
    const { journal, flush, fail } = slowJournal();
    const clock = new VirtualClock();
    const hanging = agentOf("@test/hanging", () => new Promise(() => undefined));
    const engine = createEngine({ agents: [echo, hanging], clock, journal, maxConcurrency: 1 });
    const losing = engine.start(workflowOf([{ id: "a", agent: "@test/hanging" }]));
    await flush(2);
    const lost = (await losing).execution;
    lost.cancel();
    fail(new Error("disk full"));
    await expect(lost.result).rejects.toThrow("disk full");
    expect(engine.load()).toEqual({ executions: 0, running: 0, waiting: 0 });
    const next = engine.start(workflowOf([{ id: "a" }]));
    await flush();
    const { execution } = await next;
    await clock.advance(1);
    await flush();
    expect(await execution.result).toMatchObject({ status: "completed" });
  });

  test("stops the execution and says why when a later entry cannot be kept", async () => {
    const { journal, flush, fail } = slowJournal();
    const clock = new VirtualClock();
    const logs: LogRecord[] = [];
    const engine = createEngine({ agents: [echo], clock, journal, log: (record) => logs.push(record) });
    const starting = engine.start(workflowOf([{ id: "a" }]));
    await flush(1);
    const { execution } = await starting;
    await clock.advance(1);
    fail(new Error("disk full"));
    await expect(execution.result).rejects.toThrow("disk full");
    const { id: executionId, correlationId } = execution;
    const lost = { level: "error", message: "execution is lost", data: "disk full", executionId, correlationId };
    expect(logs.at(-1)).toMatchObject(lost);
    expect(engine.load().executions).toBe(0);
  });
});
