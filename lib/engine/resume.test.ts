import { describe, expect, test } from "bun:test";
import type { AnyAgent } from "../agents/agent.ts";
import { JournalUnavailableError } from "../errors.ts";
import type { Creation, NewExecution } from "../journal/journal.ts";
import { MemoryJournal } from "../journal/memory-journal.ts";
import type { JsonValue } from "../json.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { Template, Workflow } from "../workflow.ts";
import { createEngine } from "./create-engine.ts";
import type { Engine } from "./engine.ts";
import {
  agentOf,
  agentStep,
  childStep,
  echo,
  outputOf,
  reference,
  waitStep,
  workflowOf,
  workflowOfSteps,
} from "./fixtures/workflow-of.ts";

const hour = 3_600_000;
const literal = (value: JsonValue): Template => ({ kind: "literal", value });

/** Engines on one journal, one after the other, as processes that die. */
function machine(agents: readonly AnyAgent[], workflows: readonly Workflow[] = []) {
  const clock = new VirtualClock();
  let journal = new MemoryJournal({ clock });
  const boot = (): Engine => createEngine({ agents: [echo, ...agents], workflows, clock, journal });
  return {
    clock,
    boot,
    /** What the process before records from now on is refused, as if it were dead. */
    kill: async (): Promise<void> => {
      const next = journal.handle();
      await journal.close();
      journal = next;
    },
    events: async (id: string): Promise<readonly string[]> => (await journal.read(id)).map(({ event }) => event.type),
  };
}

/** An agent whose first `hangs` calls never end. */
function hanging(id: string, hangs: number): { agent: AnyAgent; keys: string[] } {
  const keys: string[] = [];
  const agent = agentOf(id, (input: JsonValue, { idempotencyKey }) => {
    keys.push(idempotencyKey);
    return keys.length <= hangs ? new Promise(() => undefined) : input;
  });
  return { agent, keys };
}

describe("an execution that another process took over", () => {
  test("is lost where it only waits, as soon as that process is heard again", async () => {
    const clock = new VirtualClock();
    const journal = new MemoryJournal({ clock });
    const work = hanging("@test/work", 1);
    const silent = createEngine({ agents: [work.agent], clock, journal });
    const { execution } = await silent.start(workflowOf([{ id: "a", agent: "@test/work" }]));
    const kept = await silent.start(workflowOfSteps([waitStep("w", { kind: "signal", name: "go" })]));
    journal.crash();
    await clock.advance(15_000);
    const heir = createEngine({ agents: [work.agent], clock, journal: journal.handle() });
    const resumed = await heir.resume(execution.id);
    await clock.advance(0);
    expect(resumed.status).toBe("completed");
    journal.revive();
    await expect(execution.result).rejects.toMatchObject({ code: "LEASE_LOST" });
    await clock.advance(0);
    expect(silent.load()).toMatchObject({ executions: 1, running: 0 });
    expect(kept.execution.status).toBe("waiting");
  });
});

describe("engine.resume()", () => {
  test("keeps what completed, and starts again what was in flight, under the same key", async () => {
    const first = hanging("@test/first", 0);
    const second = hanging("@test/second", 1);
    const { boot, kill, clock, events } = machine([first.agent, second.agent]);
    const workflow = workflowOf([
      { id: "a", agent: "@test/first", input: literal({ big: "x".repeat(20_000) }) },
      { id: "b", agent: "@test/second", dependencies: ["a"], input: outputOf("a") },
    ]);
    const { execution } = await boot().start(workflow);
    await clock.advance(1_000);
    await kill();
    const resumed = await boot().resume(execution.id);
    await clock.advance(0);
    expect(await resumed.result).toMatchObject({ status: "completed", output: { b: { big: "x".repeat(20_000) } } });
    expect(first.keys).toHaveLength(1);
    expect(second.keys).toEqual([`${execution.id}:b`, `${execution.id}:b`]);
    expect((await events(execution.id)).slice(-6)).toEqual([
      "attempt.started",
      "execution.resumed",
      "attempt.interrupted",
      "attempt.started",
      "step.completed",
      "execution.completed",
    ]);
    execution.cancel();
    await expect(execution.result).rejects.toThrow("Cannot record execution");
  });

  test("calls an agent once that waited for its slot when the process ended", async () => {
    const first = hanging("@test/first", 1);
    const second = hanging("@test/second", 0);
    const { boot, kill, clock } = machine([first.agent, second.agent]);
    const steps = [
      { id: "a", agent: "@test/first" },
      { id: "b", agent: "@test/second" },
    ];
    const { execution } = await boot().start(workflowOf(steps, { maxConcurrentSteps: 1 }));
    await clock.advance(0);
    await kill();
    const resumed = await boot().resume(execution.id);
    await clock.advance(0);
    expect(await resumed.result).toMatchObject({ status: "completed" });
    expect(second.keys).toHaveLength(1);
  });

  test.each(["append", "create"] as const)("goes on with what an %s of the journal failed for", async (write) => {
    const clock = new VirtualClock();
    const journal = new MemoryJournal({ clock });
    const other = createEngine({ agents: [echo], clock, journal: journal.handle() });
    const engine = createEngine({ agents: [echo], clock, journal });
    const real = journal[write].bind(journal) as (given: never) => never;
    let writes = 0;
    journal[write] = (given: never): never => {
      const kept = real(given);
      if (++writes === 1) throw new JournalUnavailableError("Cannot say whether it was kept");
      return kept;
    };
    const workflow = workflowOf([{ id: "a" }, { id: "b", dependencies: ["a"] }]);
    const started = engine.start(workflow).then(({ execution }) => execution.result);
    await expect(started).rejects.toMatchObject({ code: "JOURNAL_UNAVAILABLE" });
    const [resumed] = await other.recover();
    await clock.advance(0);
    expect(await resumed?.result).toMatchObject({ status: "completed" });
  });

  test("does not call an agent twice that must not be, and says so", async () => {
    const once = hanging("@test/once", 1);
    const agent: AnyAgent = { ...once.agent, semantics: "at-most-once" };
    const { boot, kill, clock } = machine([agent]);
    const { execution } = await boot().start(workflowOf([{ id: "a", agent: "@test/once" }]));
    await clock.advance(0);
    await kill();
    const resumed = await boot().resume(execution.id);
    expect(await resumed.result).toMatchObject({ status: "failed", error: { code: "STEP_INTERRUPTED" } });
    expect(once.keys).toHaveLength(1);
  });

  test("gives up on a step that seems to be what ends processes", async () => {
    const deadly = hanging("@test/deadly", Infinity);
    const { boot, kill, clock } = machine([deadly.agent]);
    const { execution } = await boot().start(workflowOf([{ id: "a", agent: "@test/deadly" }]));
    for (let round = 0; round < 9; round++) {
      await clock.advance(0);
      await kill();
      expect((await boot().resume(execution.id)).status).toBe("running");
    }
    await clock.advance(0);
    await kill();
    const resumed = await boot().resume(execution.id);
    expect(await resumed.result).toMatchObject({ status: "failed", error: { code: "STEP_INTERRUPTED" } });
    expect(deadly.keys).toHaveLength(10);
  });

  test("continues the schedule of retries, time without a process not counted", async () => {
    let calls = 0;
    const failing = agentOf("@test/failing", () => {
      calls++;
      throw new Error("down");
    });
    const { boot, kill, clock } = machine([failing]);
    const workflow = workflowOf([{ id: "a", agent: "@test/failing" }], {
      retry: { maxAttempts: 3, baseDelayMs: 10_000, jitter: "none" },
    });
    const { execution } = await boot().start(workflow);
    await clock.advance(4_000);
    await kill();
    await clock.advance(10 * hour);
    const resumed = await boot().resume(execution.id);
    await clock.advance(0);
    expect(calls).toBe(2);
    await clock.advance(19_999);
    expect(calls).toBe(2);
    await clock.advance(1);
    expect(await resumed.result).toMatchObject({ status: "failed", error: { attempts: 3 } });
  });

  test("ends a wait at its time, and at once when that passed without a process", async () => {
    const { boot, kill, clock } = machine([]);
    const workflow = workflowOfSteps([
      waitStep("one", { kind: "duration", ms: 10 * hour }),
      waitStep("two", { kind: "duration", ms: 10 * hour }, { dependencies: ["one"] }),
    ]);
    const { execution } = await boot().start(workflow);
    await clock.advance(hour);
    await kill();
    await clock.advance(hour);
    const resumed = await boot().resume(execution.id);
    await clock.advance(8 * hour - 1);
    expect(resumed.view().steps["one"]?.status).toBe("waiting");
    await clock.advance(1);
    expect(resumed.view().steps["one"]?.status).toBe("completed");
    await kill();
    await clock.advance(100 * hour);
    const again = await boot().resume(execution.id);
    await clock.advance(0);
    expect(await again.result).toMatchObject({ status: "completed" });
  });

  test("finds the signals that came while no process ran", async () => {
    const { boot, kill, clock } = machine([]);
    const { execution } = await boot().start(workflowOfSteps([waitStep("w", { kind: "signal", name: "go" })]));
    await clock.advance(0);
    await kill();
    const other = boot();
    expect(await other.signal(execution.id, "go", { by: "Ada" })).toBe(true);
    const resumed = await other.resume(execution.id);
    await clock.advance(100);
    expect(await resumed.result).toMatchObject({ output: { w: { by: "Ada" } } });
  });

  test("reads its messages soon when the journal cannot be read now", async () => {
    const { boot, clock } = machine([]);
    const engine = boot();
    const { execution } = await engine.start(workflowOfSteps([waitStep("w", { kind: "signal", name: "go" })]));
    await clock.advance(0);
    const inbox = engine.journal.inbox.bind(engine.journal);
    let isBroken = true;
    engine.journal.inbox = () => (isBroken ? Promise.reject(new JournalUnavailableError("Cannot read now")) : inbox());
    expect(await engine.signal(execution.id, "go", 1)).toBe(true);
    await clock.advance(999);
    isBroken = false;
    expect(execution.status).toBe("waiting");
    await clock.advance(1);
    expect(await execution.result).toMatchObject({ output: { w: 1 } });
  });

  test("finds the signals that came for a child while no process ran", async () => {
    const child = workflowOfSteps([waitStep("w", { kind: "signal", name: "go" })]);
    const { boot, kill, clock } = machine([], [child]);
    const { execution } = await boot().start(workflowOfSteps([childStep("sub", "test")]));
    await clock.advance(0);
    await kill();
    const other = boot();
    const found = (await other.journal.list({ children: true })).find(({ parentId }) => parentId !== undefined);
    const executionId = found?.executionId ?? "";
    expect(await other.signal(executionId, "go", { by: "Ada" })).toBe(true);
    const resumed = await other.resume(execution.id);
    await clock.advance(1_000);
    expect(await resumed.result).toMatchObject({ output: { sub: { w: { by: "Ada" } } } });
  }, 1_000);

  test("goes on with the items that are left", async () => {
    const work = hanging("@test/work", 3);
    const { boot, kill, clock } = machine([work.agent]);
    const step = agentStep({
      id: "all",
      agent: "@test/work",
      input: { kind: "expression", expression: reference("item") },
      forEach: { items: { kind: "value", value: [0, 1, 2, 3, 4] }, maxConcurrency: 3 },
    });
    const { execution } = await boot().start(workflowOfSteps([step]));
    await clock.advance(0);
    await kill();
    const resumed = await boot().resume(execution.id);
    await clock.advance(0);
    expect(await resumed.result).toMatchObject({ output: { all: [0, 1, 2, 3, 4] } });
    expect(new Set(work.keys).size).toBe(5);
  });

  test("finds a running child again instead of starting another", async () => {
    const work = hanging("@test/work", 1);
    const child = workflowOf([{ id: "inner", agent: "@test/work" }]);
    const { boot, kill, clock } = machine([work.agent], [child]);
    const { execution } = await boot().start(workflowOfSteps([childStep("sub", "test")]));
    await clock.advance(0);
    await kill();
    const engine = boot();
    const resumed = await engine.resume(execution.id);
    await clock.advance(0);
    expect(await resumed.result).toMatchObject({ status: "completed" });
    expect(await engine.journal.list({ children: true })).toHaveLength(2);
    expect(work.keys).toHaveLength(2);
  });

  test("finishes a compensation", async () => {
    const undo = hanging("@test/undo", 1);
    const broken = agentOf("@test/broken", () => {
      throw new TypeError("broken");
    });
    const { boot, kill, clock } = machine([undo.agent, broken]);
    const workflow = workflowOfSteps([
      agentStep({ id: "a", compensate: { agent: { id: "@test/undo" }, input: literal(1) } }),
      agentStep({ id: "b", agent: "@test/broken", dependencies: ["a"] }),
    ]);
    const { execution } = await boot().start(workflow);
    await clock.advance(0);
    await kill();
    const resumed = await boot().resume(execution.id);
    await clock.advance(0);
    expect(await resumed.result).toMatchObject({ status: "failed", error: { message: "broken" } });
    expect(undo.keys).toHaveLength(2);
  });

  test("goes on with the end of an execution that has used up its budget", async () => {
    const undo = hanging("@test/undo", 1);
    const costly: AnyAgent = { ...agentOf("@test/costly", () => 1), usage: () => ({ tokens: 100 }) };
    const { boot, kill, clock } = machine([undo.agent, costly]);
    const compensate = { agent: { id: "@test/undo" }, input: literal(1) };
    const workflow = workflowOfSteps(
      [
        agentStep({ id: "a", agent: "@test/costly", compensate }),
        agentStep({ id: "b", agent: "@test/costly", dependencies: ["a"] }),
      ],
      { budget: { tokens: 50 } },
    );
    const { execution } = await boot().start(workflow);
    await clock.advance(0);
    await kill();
    const resumed = await boot().resume(execution.id);
    await clock.advance(0);
    expect(await resumed.result).toMatchObject({ status: "failed", error: { code: "BUDGET_EXCEEDED" } });
    expect(undo.keys).toHaveLength(2);
  });

  test("ends an execution that was being cancelled", async () => {
    const stubborn = hanging("@test/stubborn", 1);
    const { boot, kill, clock } = machine([stubborn.agent]);
    const { execution } = await boot().start(workflowOf([{ id: "a", agent: "@test/stubborn" }]));
    await clock.advance(0);
    execution.cancel("enough");
    await clock.advance(0);
    await kill();
    const resumed = await boot().resume(execution.id);
    expect(await resumed.result).toMatchObject({ status: "cancelled", reason: "enough" });
    expect(resumed.view().steps["a"]).toMatchObject({ status: "cancelled", forced: true });
  });

  test("ends an execution as cancelled whose cancellation was acknowledged", async () => {
    const stubborn = hanging("@test/stubborn", 1);
    const { boot, kill, clock } = machine([stubborn.agent]);
    const engine = boot();
    const journal = engine.journal as MemoryJournal;
    journal.handle();
    const { execution } = await engine.start(workflowOf([{ id: "a", agent: "@test/stubborn" }]));
    await clock.advance(0);
    // What is recorded from now on never reaches the disk.
    Object.assign(journal, { append: () => new Promise(() => undefined) });
    expect(await engine.cancel(execution.id, "enough")).toBe(true);
    await kill();
    const resumed = await boot().resume(execution.id);
    await clock.advance(0);
    expect(await resumed.result).toMatchObject({ status: "cancelled", reason: "enough" });
  });

  test("calls nobody again for an execution that was cancelled while no process ran it", async () => {
    const work = hanging("@test/work", 1);
    const { boot, kill, clock } = machine([work.agent]);
    const { execution } = await boot().start(workflowOf([{ id: "a", agent: "@test/work" }]));
    await clock.advance(0);
    await kill();
    const engine = boot();
    expect(await engine.cancel(execution.id, "too late")).toBe(true);
    const resumed = await engine.resume(execution.id);
    expect(await resumed.result).toMatchObject({ status: "cancelled", reason: "too late" });
    expect(work.keys).toHaveLength(1);
  });

  test("refuses what is not there, has ended, or is run by another process", async () => {
    const { boot, clock } = machine([hanging("@test/hanging", 1).agent]);
    const engine = boot();
    const other = createEngine({ agents: [echo], clock, journal: (engine.journal as MemoryJournal).handle() });
    const { execution: done } = await engine.start(workflowOf([{ id: "a" }]));
    const { execution: live } = await engine.start(workflowOf([{ id: "a", agent: "@test/hanging" }]));
    await clock.advance(0);
    await expect(other.resume("nobody")).rejects.toMatchObject({ code: "EXECUTION_NOT_FOUND" });
    await expect(other.resume(done.id)).rejects.toThrow("it has ended; rerun it instead");
    await expect(other.resume(live.id)).rejects.toMatchObject({ code: "LEASE_LOST" });
  });
});

describe("engine.recover()", () => {
  test("goes on with everything whose agents are here and leaves the rest", async () => {
    const { boot, kill, clock } = machine([hanging("@test/hanging", 2).agent]);
    const engine = boot();
    const child = workflowOf([{ id: "a", agent: "@test/hanging" }]);
    const started = [await engine.start(child), await engine.start(child)];
    await clock.advance(0);
    await kill();
    const without = createEngine({ clock, journal: (boot().journal as MemoryJournal).handle() });
    expect(await without.recover()).toEqual([]);
    const resumed = await boot().recover();
    expect(resumed.map(({ id }) => id).toSorted()).toEqual(started.map(({ execution }) => execution.id).toSorted());
    await clock.advance(0);
    expect(resumed.map(({ status }) => status)).toEqual(["completed", "completed"]);
  });

  test("does not stop a child whose parent waits for it in another process", async () => {
    const work = hanging("@test/work", 1);
    const child = workflowOf([{ id: "inner", agent: "@test/work" }]);
    const clock = new VirtualClock();
    const journal = new MemoryJournal({ clock });
    const options = { agents: [echo, work.agent], workflows: [child], clock };
    const engine = createEngine({ ...options, journal });
    const other = createEngine({ ...options, journal: journal.handle() });
    const { execution } = await engine.start(workflowOfSteps([childStep("sub", "test")]));
    await clock.advance(0);
    const summary = (await journal.list({ children: true })).find(({ parentId }) => parentId === execution.id);
    await journal.release(summary?.executionId ?? "");
    expect(await other.recover()).toEqual([]);
    await clock.advance(60_000);
    expect(await execution.result).toMatchObject({ status: "completed" });
    expect(work.keys).toHaveLength(2);
  });

  test("goes on once with an execution, however often it is called", async () => {
    const work = hanging("@test/work", 1);
    const { boot, kill, clock, events } = machine([work.agent]);
    const { execution } = await boot().start(workflowOf([{ id: "a", agent: "@test/work" }]));
    await clock.advance(0);
    await kill();
    const engine = boot();
    await Promise.all([engine.recover(), engine.resume(execution.id), engine.recover()]);
    await clock.advance(0);
    expect(engine.get(execution.id)?.status).toBe("completed");
    expect((await events(execution.id)).filter((type) => type === "execution.resumed")).toHaveLength(1);
    expect(work.keys).toHaveLength(2);
  });

  test("goes on with what it has claimed when it can claim no more", async () => {
    const { boot, kill, clock } = machine([hanging("@test/hanging", 1).agent]);
    const { execution } = await boot().start(workflowOf([{ id: "a", agent: "@test/hanging" }]));
    await clock.advance(0);
    await kill();
    const engine = boot();
    const claim = engine.journal.claim.bind(engine.journal);
    let claims = 0;
    engine.journal.claim = async (query) => {
      if (++claims === 2) throw new JournalUnavailableError("Cannot claim now");
      return await claim(query);
    };
    expect((await engine.recover()).map(({ id }) => id)).toEqual([execution.id]);
  });

  test("stops children that no parent waits for", async () => {
    const work = hanging("@test/work", Infinity);
    const child = workflowOf([{ id: "inner", agent: "@test/work" }]);
    const { boot, kill, clock } = machine([work.agent], [child]);
    const engine = boot();
    const { execution } = await engine.start(
      workflowOfSteps([childStep("sub", "test", { policies: { timeoutMs: 1_000 }, onError: "continue" })], {
        gracePeriodMs: hour,
      }),
    );
    await clock.advance(1_500);
    expect(await execution.result).toMatchObject({ status: "completed" });
    await kill();
    const [orphan] = await boot().recover();
    await clock.advance(0);
    expect(orphan?.status).toBe("cancelled");
  });
});

describe("an execution whose creation is not kept yet", () => {
  test("starts the steps that got a slot meanwhile when it is", async () => {
    const clock = new VirtualClock();
    const journal = new MemoryJournal({ clock });
    const create = journal.create.bind(journal);
    const slow = Object.assign(journal, {
      create: async (execution: NewExecution): Promise<Creation> => {
        await clock.sleep(100);
        return create(execution);
      },
    });
    const napping = agentOf("@test/napping", async () => await clock.sleep(150).then(() => null));
    const engine = createEngine({ agents: [echo, napping], clock, journal: slow, maxConcurrency: 1 });
    const first = engine.start(workflowOf([{ id: "a", agent: "@test/napping" }]));
    await clock.advance(200);
    const second = engine.start(workflowOf([{ id: "b" }]));
    await clock.advance(1_000);
    expect(await (await first).execution.result).toMatchObject({ status: "completed" });
    expect(await (await second).execution.result).toMatchObject({ status: "completed" });
  });
});

describe("an execution whose creation is refused", () => {
  test("keeps no slot, though several of its steps were ready", async () => {
    const clock = new VirtualClock();
    const journal = new MemoryJournal({ clock });
    const engine = createEngine({ agents: [echo], clock, journal, maxConcurrency: 1 });
    const create = journal.create.bind(journal);
    journal.create = () => {
      throw new JournalUnavailableError("Cannot create now");
    };
    await expect(engine.start(workflowOf([{ id: "a" }, { id: "b" }]))).rejects.toThrow("Cannot create now");
    journal.create = create;
    expect(engine.load()).toEqual({ executions: 0, running: 0, waiting: 0 });
    const { execution } = await engine.start(workflowOf([{ id: "c" }]));
    await clock.advance(0);
    expect(execution.status).toBe("completed");
  });
});

describe("a child in trouble", () => {
  const work = () => agentOf("@test/work", () => "done");
  const child = workflowOfSteps([waitStep("w", { kind: "duration", ms: hour })]);
  const parent = workflowOfSteps([childStep("sub", "test")]);

  test("is not stopped when its parent is left to another process", async () => {
    const { boot, clock, events } = machine([work()], [child]);
    const first = boot();
    const other = createEngine({ clock, workflows: [child], journal: (first.journal as MemoryJournal).handle() });
    const { execution } = await first.start(parent);
    await clock.advance(0);
    const closing = first.close({ drainMs: 0 });
    await clock.advance(0);
    await closing;
    await other.recover();
    await clock.advance(hour);
    expect((await events(execution.id)).at(-1)).toBe("execution.completed");
  });

  test("is stopped when its parent was being cancelled, and had not told it", async () => {
    const { boot, kill, clock, events } = machine([work()], [child]);
    const first = boot();
    const { execution } = await first.start(parent);
    await clock.advance(0);
    const append = first.journal.append.bind(first.journal);
    first.journal.append = (batch) => {
      if (batch.executionId === execution.id) return append(batch);
    };
    execution.cancel("enough");
    await kill();
    await boot().recover();
    await clock.advance(0);
    expect((await events(execution.id)).at(-1)).toBe("execution.cancelled");
  });

  test("does not fail its step when only the journal does not answer", async () => {
    const { boot, clock } = machine([work()], [child]);
    const engine = boot();
    const { journal } = engine;
    const load = journal.load.bind(journal);
    let loads = 0;
    journal.load = async (id) => {
      if (++loads === 1) throw new JournalUnavailableError("Cannot load now");
      return await load(id);
    };
    const { execution } = await engine.start(parent);
    await clock.advance(2 * hour);
    expect(await execution.result).toMatchObject({ status: "completed" });
  });

  test("is told to stop, when it runs elsewhere, as soon as the journal answers", async () => {
    const { boot, clock, events } = machine([work()], [child]);
    const first = boot();
    const { execution } = await first.start(parent);
    await clock.advance(0);
    const summary = (await first.journal.list({ children: true })).find(({ parentId }) => parentId === execution.id);
    const journal = (first.journal as MemoryJournal).handle();
    const other = createEngine({ clock, workflows: [child], journal });
    await first.journal.release(execution.id);
    await other.resume(execution.id);
    await clock.advance(0);
    const send = journal.send.bind(journal);
    let sends = 0;
    journal.send = async (id, message) => {
      if (id !== execution.id && ++sends === 1) throw new JournalUnavailableError("Cannot send now");
      return await send(id, message);
    };
    await other.cancel(execution.id);
    await clock.advance(1_000);
    expect((await events(summary?.executionId ?? "")).at(-1)).toBe("execution.cancelled");
  });

  test("says that its cancellation was never heard", async () => {
    const { boot, clock } = machine([work()], [child]);
    const first = boot();
    const idempotency = { key: "once", fingerprint: "same" };
    await first.start(parent, { idempotency });
    await clock.advance(0);
    const journal = (first.journal as MemoryJournal).handle();
    const other = createEngine({ clock, workflows: [child], journal });
    const { execution: distant } = await other.start(parent, { idempotency });
    journal.send = async () => {
      throw new JournalUnavailableError("Cannot send now");
    };
    const failure = distant.result.catch((error: unknown) => error);
    distant.cancel();
    await clock.advance(10_000);
    expect(await failure).toMatchObject({ code: "JOURNAL_UNAVAILABLE" });
  });
});

describe("engine.close() on a shared journal", () => {
  test("leaves at once what only waits, and after the drain what runs", async () => {
    const { boot, kill, clock } = machine([hanging("@test/work", 1).agent]);
    await kill();
    const engine = boot();
    const { execution: waiting } = await engine.start(workflowOfSteps([waitStep("w", { kind: "duration", ms: hour })]));
    const { execution: running } = await engine.start(workflowOf([{ id: "a", agent: "@test/work" }]));
    await clock.advance(0);
    const closed = engine.close({ drainMs: 1_000 });
    await expect(waiting.result).rejects.toMatchObject({ code: "ENGINE_CLOSED" });
    expect(running.status).toBe("running");
    await clock.advance(1_000);
    await closed;
    await expect(running.result).rejects.toMatchObject({ code: "ENGINE_CLOSED" });
    await kill();
    expect(await boot().recover()).toHaveLength(2);
  });
});

describe("engine.rerun()", () => {
  test("takes over what came before a step and runs the rest again", async () => {
    let calls = 0;
    const counting = agentOf("@test/count", () => ++calls);
    const { boot, clock } = machine([counting]);
    const engine = boot();
    const ids = ["a", "b", "c"];
    const workflow = workflowOf(
      ids.map((id, index) => ({ id, agent: "@test/count", dependencies: ids.slice(Math.max(0, index - 1), index) })),
    );
    const { execution } = await engine.start(workflow);
    await clock.advance(0);
    const again = await engine.rerun(execution.id, { from: "b" });
    await clock.advance(0);
    expect(await again.result).toMatchObject({ status: "completed", output: { a: 1, b: 4, c: 5 } });
    expect(again.view()).toMatchObject({
      forkOf: execution.id,
      steps: { a: { reusedFrom: execution.id, attempts: 0 } },
    });
    await expect(engine.rerun(execution.id, { from: "x" })).rejects.toThrow('its steps are "a", "b", "c"');
  });

  test("without a step runs again what did not complete", async () => {
    const flaky = hanging("@test/flaky", 0);
    let isBroken = true;
    const broken = agentOf("@test/broken", () => {
      if (isBroken) throw new TypeError("broken");
      return "mended";
    });
    const { boot, clock } = machine([flaky.agent, broken]);
    const engine = boot();
    const workflow = workflowOf([
      { id: "b", agent: "@test/broken", dependencies: ["a"] },
      { id: "a", agent: "@test/flaky", input: literal(1) },
    ]);
    const { execution } = await engine.start(workflow);
    await clock.advance(0);
    isBroken = false;
    const again = await engine.rerun(execution.id);
    await clock.advance(0);
    expect(await again.result).toMatchObject({ output: { a: 1, b: "mended" } });
    expect(flaky.keys).toHaveLength(1);
  });
});

describe("reuse", () => {
  const pure = (calls: JsonValue[], version = "1.0.0"): AnyAgent => ({
    ...agentOf("@test/pure", (input: JsonValue) => {
      calls.push(input);
      return { of: input };
    }),
    version,
  });
  const input = (name: string): Template => ({ kind: "expression", expression: reference("input", name) });
  const workflow = workflowOf([
    { id: "a", agent: "@test/pure", input: input("a") },
    { id: "b", agent: "@test/pure", input: input("b") },
    { id: "c", agent: "@test/pure", input: outputOf("a", "of"), dependencies: ["a"] },
  ]);

  test("runs only what changed since an earlier run, and says what was reused", async () => {
    const calls: JsonValue[] = [];
    const { boot, clock } = machine([pure(calls)]);
    const engine = boot();
    const { execution: first } = await engine.start(workflow, { input: { a: 1, b: 2 } });
    await clock.advance(0);
    const { execution } = await engine.start(workflow, { input: { a: 1, b: 3 }, reuse: "unchanged" });
    await clock.advance(0);
    expect(await execution.result).toMatchObject({ output: { a: { of: 1 }, b: { of: 3 }, c: { of: 1 } } });
    expect(calls).toEqual([1, 2, 1, 3]);
    const { steps } = execution.view();
    expect([steps["a"]?.reusedFrom, steps["b"]?.reusedFrom]).toEqual([first.id, undefined]);
  });

  test("does not reuse the output of another version of an agent", async () => {
    const calls: JsonValue[] = [];
    const { boot, kill, clock } = machine([pure(calls)]);
    await boot().start(workflow, { input: { a: 1, b: 2 } });
    await clock.advance(0);
    await kill();
    const { journal } = boot();
    const newer = createEngine({ agents: [pure(calls, "2.0.0")], clock, journal });
    await newer.start(workflow, { input: { a: 1, b: 2 }, reuse: "unchanged" });
    await clock.advance(0);
    expect(calls).toHaveLength(6);
  });

  test("passes over earlier runs whose agents are gone", async () => {
    const calls: JsonValue[] = [];
    const { boot, kill, clock } = machine([pure(calls), agentOf("@test/gone", () => null)]);
    const old = workflowOfSteps([...workflow.steps, agentStep({ id: "z", agent: "@test/gone" })]);
    const { execution: kept } = await boot().start(workflow, { input: { a: 1, b: 2 } });
    await clock.advance(1);
    await boot().start(old, { input: { a: 3, b: 4 } });
    await clock.advance(0);
    await kill();
    const { journal } = boot();
    const later = createEngine({ agents: [pure(calls)], clock, journal });
    const { execution } = await later.start(workflow, { input: { a: 1, b: 2 }, reuse: "unchanged" });
    await clock.advance(0);
    const { steps } = execution.view();
    expect([steps["a"]?.reusedFrom, steps["b"]?.reusedFrom]).toEqual([kept.id, kept.id]);
  });

  test("lets a rerun run again what was not the same before", async () => {
    const calls: JsonValue[] = [];
    const { boot, clock } = machine([pure(calls)]);
    const engine = boot();
    const { execution: first } = await engine.start(workflow, { input: { a: 1, b: 2 } });
    await clock.advance(0);
    const whole = await engine.rerun(first.id, { from: "a" });
    await clock.advance(0);
    expect(calls).toEqual([1, 2, 1, 1, 1]);
    expect(whole.view().steps["c"]?.reusedFrom).toBeUndefined();
    const again = await engine.rerun(first.id, { from: "a", reuse: "unchanged" });
    await clock.advance(0);
    expect(calls).toHaveLength(5);
    expect(again.view()).toMatchObject({ status: "completed", steps: { a: { reusedFrom: first.id } } });
  });

  test("takes single items from an earlier run", async () => {
    const calls: JsonValue[] = [];
    const { boot, clock } = machine([pure(calls)]);
    const engine = boot();
    const all = workflowOfSteps([
      agentStep({
        id: "all",
        agent: "@test/pure",
        input: { kind: "expression", expression: reference("item") },
        forEach: { items: reference("input", "items") },
      }),
    ]);
    await engine.start(all, { input: { items: [1, 2] } });
    await clock.advance(0);
    const { execution } = await engine.start(all, { input: { items: [2, 3] }, reuse: "unchanged" });
    await clock.advance(0);
    expect(await execution.result).toMatchObject({ output: { all: [{ of: 2 }, { of: 3 }] } });
    expect(calls).toEqual([1, 2, 3]);
  });

  test("never reuses an output that was only shown in part", async () => {
    const calls: JsonValue[] = [];
    const { boot, clock } = machine([pure(calls)]);
    const engine = boot();
    const long = "x".repeat(20_000);
    await engine.start(workflow, { input: { a: long, b: 2 } });
    await clock.advance(0);
    const { execution } = await engine.start(workflow, { input: { a: long, b: 2 }, reuse: "unchanged" });
    await clock.advance(0);
    expect(await execution.result).toMatchObject({ output: { a: { of: long } } });
    expect(calls).toHaveLength(3);
  });
});

describe("engine.view()", () => {
  test("shows an execution as it stood after any of its entries", async () => {
    const { boot, clock } = machine([]);
    const engine = boot();
    const { execution } = await engine.start(workflowOf([{ id: "a" }, { id: "b", dependencies: ["a"] }]));
    await clock.advance(0);
    expect(await engine.view(execution.id, { at: 6 })).toMatchObject({
      status: "running",
      sequence: 6,
      steps: { a: { status: "completed" }, b: { status: "pending" } },
    });
    expect(await engine.view(execution.id)).toEqual(execution.view());
    expect(await engine.view("nobody")).toBeUndefined();
  });
});
