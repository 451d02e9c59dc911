import { describe, expect, test } from "bun:test";
import type { AnyAgent } from "../agents/agent.ts";
import type { JsonValue } from "../json.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { Template, Workflow } from "../workflow.ts";
import { createEngine } from "./create-engine.ts";
import type { EngineOptions } from "./engine.ts";
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
const item: Template = { kind: "expression", expression: reference("item") };
const literal = (value: JsonValue): Template => ({ kind: "literal", value });
const items = (value: JsonValue) => ({ kind: "value", value }) as const;

async function started(workflow: Workflow, agents: readonly AnyAgent[] = [], options: EngineOptions = {}) {
  const clock = new VirtualClock();
  const engine = createEngine({ agents: [echo, ...agents], clock, ...options });
  const { execution } = await engine.start(workflow);
  await clock.advance(0);
  const types = async () => (await engine.journal.read(execution.id)).map(({ event }) => event.type);
  return { clock, engine, execution, types };
}

describe("a step that waits", () => {
  test("holds up those that depend on it for its time, whatever the limit of the execution", async () => {
    const workflow = workflowOfSteps([
      waitStep("pause", { kind: "duration", ms: 72 * hour }),
      agentStep({ id: "after", dependencies: ["pause"] }),
    ]);
    const { clock, execution } = await started(workflow);
    expect(execution.view()).toMatchObject({
      status: "waiting",
      steps: { pause: { status: "waiting", waitsFor: { until: "2000-01-04T00:00:00.000Z" } } },
    });
    await clock.advance(72 * hour - 1);
    expect(execution.status).toBe("waiting");
    await clock.advance(1);
    expect(await execution.result).toMatchObject({ status: "completed", output: { pause: null, after: {} } });
  });

  test("waits until a time that a step gave", async () => {
    const workflow = workflowOfSteps([
      agentStep({ id: "when", input: literal({ at: "2000-01-01T02:00:00+01:00" }) }),
      waitStep("pause", { kind: "until", time: outputOf("when", "at") }, { dependencies: ["when"] }),
    ]);
    const { clock, execution } = await started(workflow);
    await clock.advance(hour - 1);
    expect(execution.status).toBe("waiting");
    await clock.advance(1);
    expect(execution.status).toBe("completed");
  });

  test.each(["tomorrow", "2000-01-01", "2000-01-01T00:00:00", 5])("fails when until is %j", async (at) => {
    const workflow = workflowOfSteps([waitStep("pause", { kind: "until", time: literal(at) })]);
    const { execution } = await started(workflow);
    expect(await execution.result).toMatchObject({ status: "failed", error: { code: "EXPR_TYPE_MISMATCH" } });
  });

  test("completes with the payload of its signal, come before or after it began to wait", async () => {
    const workflow = workflowOfSteps([
      waitStep("first", { kind: "signal", name: "approve" }),
      waitStep("second", { kind: "signal", name: "approve" }, { dependencies: ["first"] }),
    ]);
    const { engine, execution } = await started(workflow);
    expect(execution.view().steps["first"]).toMatchObject({ waitsFor: { signal: "approve" } });
    expect(await engine.signal(execution.id, "reject", 0)).toBe(true);
    expect(await engine.signal(execution.id, "approve", { by: "Ada" }, { id: "1" })).toBe(true);
    expect(await engine.signal(execution.id, "approve", { by: "Eve" }, { id: "1" })).toBe(true);
    expect(execution.status).toBe("waiting");
    await engine.signal(execution.id, "approve", { by: "Bob" });
    expect(await execution.result).toMatchObject({ output: { first: { by: "Ada" }, second: { by: "Bob" } } });
    expect(await engine.signal(execution.id, "approve")).toBe(false);
    expect(await engine.signal("nobody", "approve")).toBe(false);
  });

  test("fails when its signal does not come in time, and can have a fallback", async () => {
    const workflow = workflowOfSteps([
      waitStep(
        "approval",
        { kind: "signal", name: "approve", timeoutMs: hour },
        { onError: "fallback", fallbackStepId: "spare" },
      ),
      agentStep({ id: "spare", input: literal("nobody came") }),
    ]);
    const { clock, execution } = await started(workflow);
    await clock.advance(hour);
    expect(await execution.result).toMatchObject({ output: { approval: "nobody came" } });
    expect(execution.view().steps["approval"]).toMatchObject({ status: "recovered", error: { code: "TIMEOUT" } });
  });

  test("ends at once when the execution is cancelled, and leaves no timer", async () => {
    const { clock, execution } = await started(workflowOfSteps([waitStep("pause", { kind: "duration", ms: hour })]));
    execution.cancel();
    await clock.advance(0);
    expect(execution.view()).toMatchObject({ status: "cancelled", steps: { pause: { status: "cancelled" } } });
    expect(clock.pending).toBe(0);
  });
});

describe("a step with forEach", () => {
  const double = agentOf("@test/double", async (n: number) => n * 2);

  test("runs once for each item and gives the outputs in their order", async () => {
    const step = agentStep({ id: "all", agent: double.id, input: item, forEach: { items: items([1, 2, 3]) } });
    const { execution, types } = await started(workflowOfSteps([step]), [double]);
    expect(await execution.result).toMatchObject({ output: { all: [2, 4, 6] } });
    expect((await types()).filter((type) => type === "item.completed")).toHaveLength(3);
  });

  test("gives each item its index and its own idempotency key", async () => {
    const told: unknown[] = [];
    const ask = agentOf("@test/ask", (input: JsonValue, { item: number, idempotencyKey }) => {
      told.push([input, number, idempotencyKey]);
      return null;
    });
    const input: Template = { kind: "expression", expression: reference("index") };
    const step = agentStep({ id: "all", agent: ask.id, input, forEach: { items: items(["a", "b"]) } });
    await started(workflowOfSteps([step]), [ask], { newId: () => "run" });
    expect(told).toEqual([
      [0, 0, "run:all:0"],
      [1, 1, "run:all:1"],
    ]);
  });

  test("completes with nothing for no items", async () => {
    const step = agentStep({ id: "all", forEach: { items: items([]) } });
    const { execution } = await started(workflowOfSteps([step]));
    expect(await execution.result).toMatchObject({ output: { all: [] } });
  });

  test("runs no more items at once than it says", async () => {
    let now = 0;
    let most = 0;
    const busy = agentOf("@test/busy", async () => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
      return null;
    });
    const forEach = { items: items(Array.from({ length: 20 }, (_, index) => index)), maxConcurrency: 3 };
    const { execution } = await started(workflowOfSteps([agentStep({ id: "all", agent: busy.id, forEach })]), [busy]);
    expect(await execution.result).toMatchObject({ status: "completed" });
    expect(most).toBe(3);
  });

  test("fails with its first failing item, after those that run, and starts no other", async () => {
    const seen: JsonValue[] = [];
    const picky = agentOf("@test/picky", async (n: number) => {
      seen.push(n);
      await Promise.resolve();
      if (n === 2) throw new TypeError("not two");
      return n;
    });
    const forEach = { items: items([1, 2, 3, 4, 5]), maxConcurrency: 2 };
    const step = agentStep({ id: "all", agent: picky.id, input: item, forEach });
    const { execution } = await started(workflowOfSteps([step]), [picky]);
    expect(await execution.result).toMatchObject({ status: "failed", error: { message: "not two" } });
    expect(seen).toEqual([1, 2, 3]);
  });

  test("retries each item by itself", async () => {
    const failed = new Set<number>();
    const flaky = agentOf("@test/flaky", (n: number) => {
      if (failed.has(n)) return n;
      failed.add(n);
      throw new Error("not yet");
    });
    const step = agentStep({ id: "all", agent: flaky.id, input: item, forEach: { items: items([1, 2]) } });
    const { clock, execution } = await started(workflowOfSteps([step]), [flaky]);
    await clock.advance(5_000);
    expect(await execution.result).toMatchObject({ output: { all: [1, 2] } });
  });

  test("fails when the items are no array", async () => {
    const step = agentStep({ id: "all", forEach: { items: items({}) } });
    const { execution } = await started(workflowOfSteps([step]));
    expect(await execution.result).toMatchObject({ status: "failed", error: { code: "EXPR_TYPE_MISMATCH" } });
  });
});

describe("a step with repeat", () => {
  const counting = (): AnyAgent => {
    let calls = 0;
    return agentOf("@test/count", (_input, { idempotencyKey }) => ({ calls: ++calls, idempotencyKey }));
  };
  const until = {
    kind: "comparison",
    operator: ">=",
    left: reference("output", "calls"),
    right: { kind: "value", value: 3 },
  } as const;

  test("runs again after its delay until its output is right", async () => {
    const repeat = { until, maxIterations: 10, delayMs: hour };
    const step = agentStep({ id: "poll", agent: "@test/count", repeat });
    const { clock, execution } = await started(workflowOfSteps([step]), [counting()], { newId: () => "run" });
    expect(execution.view()).toMatchObject({ status: "waiting", steps: { poll: { iteration: 2 } } });
    await clock.advance(2 * hour);
    expect(await execution.result).toMatchObject({
      output: { poll: { calls: 3, idempotencyKey: "run:poll~3" } },
    });
  });

  test("completes with its last output when it may not run again", async () => {
    const step = agentStep({ id: "poll", agent: "@test/count", repeat: { until, maxIterations: 2 } });
    const { clock, execution } = await started(workflowOfSteps([step]), [counting()]);
    await clock.advance(1);
    expect(await execution.result).toMatchObject({ output: { poll: { calls: 2 } } });
  });

  test("fails when until cannot be told", async () => {
    const repeat = { until: reference("output", "missing"), maxIterations: 2 };
    const { execution } = await started(workflowOfSteps([agentStep({ id: "poll", repeat })]));
    expect(await execution.result).toMatchObject({ status: "failed", error: { code: "EXPR_PATH_NOT_FOUND" } });
  });
});

describe("a step with compensate", () => {
  const broken = agentOf("@test/broken", () => {
    throw new TypeError("broken on purpose");
  });

  function booking(undone: JsonValue[], undo: (input: JsonValue) => void = () => undefined): AnyAgent {
    return agentOf("@test/undo", (input: JsonValue, { idempotencyKey }) => {
      undo(input);
      undone.push([input, idempotencyKey]);
      return null;
    });
  }

  const compensate = (id: string) => ({ agent: { id: "@test/undo" }, input: outputOf(id, "seat") });
  const trip = workflowOfSteps([
    agentStep({ id: "flight", input: literal({ seat: "12A" }), compensate: compensate("flight") }),
    agentStep({
      id: "hotel",
      dependencies: ["flight"],
      input: literal({ seat: "101" }),
      compensate: compensate("hotel"),
    }),
    agentStep({ id: "car", dependencies: ["hotel"], agent: "@test/broken" }),
  ]);

  test("is undone when the execution fails, the last completed first", async () => {
    const undone: JsonValue[] = [];
    const { execution } = await started(trip, [broken, booking(undone)], { newId: () => "run" });
    expect(await execution.result).toMatchObject({ status: "failed", error: { message: "broken on purpose" } });
    expect(undone).toEqual([
      ["101", "run:hotel/compensate"],
      ["12A", "run:flight/compensate"],
    ]);
  });

  test("is undone when the execution is cancelled", async () => {
    const undone: JsonValue[] = [];
    const workflow = workflowOfSteps([
      agentStep({ id: "flight", input: literal({ seat: "12A" }), compensate: compensate("flight") }),
      waitStep("approval", { kind: "signal", name: "go" }, { dependencies: ["flight"] }),
    ]);
    const { clock, execution } = await started(workflow, [booking(undone)]);
    execution.cancel("changed my mind");
    await clock.advance(0);
    expect(await execution.result).toMatchObject({ status: "cancelled" });
    expect(undone).toHaveLength(1);
  });

  test("is retried, and when it fails for good the others are undone all the same", async () => {
    const undone: JsonValue[] = [];
    let calls = 0;
    const undo = (input: JsonValue): void => {
      if (input !== "101") return;
      calls++;
      throw new Error("no answer");
    };
    const { clock, execution, types } = await started(trip, [broken, booking(undone, undo)]);
    await clock.advance(60_000);
    expect(await execution.result).toMatchObject({ status: "failed", error: { message: "broken on purpose" } });
    expect([calls, undone.length]).toEqual([3, 1]);
    expect((await types()).filter((type) => type === "compensation.failed")).toHaveLength(1);
  });
});

describe("a step that runs a workflow", () => {
  const child = workflowOf(
    [{ id: "inner", input: { kind: "expression", expression: reference("input", "n") } }],
    {},
    { output: outputOf("inner") },
  );
  const parent = workflowOfSteps([
    childStep("sub", "test", { input: { kind: "object", entries: { n: item } }, forEach: { items: items([7, 8]) } }),
  ]);

  test("gives the output of its child, which is an execution of its own", async () => {
    const { engine, execution } = await started(parent, [], { workflows: [child] });
    expect(await execution.result).toMatchObject({ status: "completed", output: { sub: [7, 8] } });
    const children = await engine.journal.list({ children: true });
    expect(children.filter(({ parentId }) => parentId === execution.id)).toHaveLength(2);
    expect(await engine.journal.list()).toHaveLength(1);
  });

  test("takes no slot, so that parents never keep their children from running", async () => {
    const { execution } = await started(parent, [], { workflows: [child], maxConcurrency: 1 });
    expect(await execution.result).toMatchObject({ status: "completed" });
  });

  test("fails as its child fails", async () => {
    const failing = workflowOf([{ id: "inner", agent: "@test/broken" }]);
    const broken = agentOf("@test/broken", () => {
      throw new TypeError("broken on purpose");
    });
    const { execution } = await started(parent, [broken], { workflows: [failing] });
    expect(await execution.result).toMatchObject({
      status: "failed",
      error: { name: "TypeError", message: "broken on purpose" },
    });
  });

  test("is undone within a time limit, though its child has none", async () => {
    const hanging = agentOf("@test/hanging", () => new Promise(() => undefined));
    const broken = agentOf("@test/broken", () => {
      throw new TypeError("broken");
    });
    const workflow = workflowOfSteps([
      childStep("sub", "test", { compensate: { agent: { id: hanging.id }, input: literal(1) } }),
      agentStep({ id: "b", agent: broken.id, dependencies: ["sub"] }),
    ]);
    const workflows = [workflowOfSteps([agentStep({ id: "inner" })])];
    const { clock, execution } = await started(workflow, [hanging, broken], { workflows });
    await clock.advance(hour);
    expect(execution.status).toBe("failed");
  });

  test("cancels its child when it is cancelled itself", async () => {
    const waiting = workflowOfSteps([waitStep("w", { kind: "duration", ms: hour })]);
    const { clock, engine, execution } = await started(parent, [], { workflows: [waiting] });
    await clock.advance(600_000);
    expect(execution.status).toBe("running");
    execution.cancel();
    await clock.advance(0);
    expect(await execution.result).toMatchObject({ status: "cancelled" });
    const children = await engine.journal.list({ children: true });
    expect(children.map(({ status }) => status)).toEqual(["cancelled", "cancelled", "cancelled"]);
    expect(clock.pending).toBe(0);
  });

  test("is refused when no workflow has the id", async () => {
    await expect(started(parent)).rejects.toThrow('Cannot find workflow "test": registered are none');
  });
});

describe("a budget", () => {
  const costly: AnyAgent = { ...agentOf("@test/costly", () => 1), usage: () => ({ tokens: 100, usd: 0.5 }) };
  const ten = { items: items(Array.from({ length: 10 }, (_, index) => index)), maxConcurrency: 1 };
  const work = agentStep({ id: "all", agent: costly.id, forEach: ten });

  test.each([
    [{ calls: 4 }, 4],
    [{ tokens: 350 }, 4],
    [{ usd: 1.9 }, 4],
  ])("of %j stops the run", async (budget, calls) => {
    const { execution, types } = await started(workflowOfSteps([work], { budget }), [costly]);
    expect(await execution.result).toMatchObject({ status: "failed", error: { code: "BUDGET_EXCEEDED" } });
    expect((await types()).filter((type) => type === "attempt.started")).toHaveLength(calls);
  });

  test("of calls does not keep what was done from being undone", async () => {
    const steps = [
      agentStep({ id: "a", compensate: { agent: { id: "@test/echo" }, input: literal("undo") } }),
      agentStep({ id: "b", dependencies: ["a"] }),
    ];
    const { execution, types } = await started(workflowOfSteps(steps, { budget: { calls: 1 } }));
    expect(await execution.result).toMatchObject({ status: "failed", error: { code: "BUDGET_EXCEEDED" } });
    expect(await types()).toContain("compensation.completed");
  });

  test("starts nothing any more in the moment in which it is used up", async () => {
    const steps = [
      agentStep({ id: "a" }),
      agentStep({ id: "b", forEach: { items: items([1]) }, dependencies: ["a"] }),
      waitStep("c", { kind: "duration", ms: hour }, { dependencies: ["a"] }),
      agentStep({ id: "d", forEach: { items: items([1]) }, dependencies: ["a"] }),
    ];
    const { types } = await started(workflowOfSteps(steps, { budget: { calls: 1 } }));
    const all = await types();
    const rest = all.slice(all.indexOf("execution.failing"));
    expect(rest.filter((type) => type === "wait.started" || type === "step.expanded")).toEqual([]);
    expect(rest.at(-1)).toBe("execution.failed");
  });

  test("of time stops the run, and does not count its waits", async () => {
    const hanging = agentOf(
      "@test/hanging",
      (_input, _context, signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    const steps = [
      waitStep("pause", { kind: "duration", ms: hour }),
      agentStep({ id: "slow", agent: hanging.id, dependencies: ["pause"] }),
    ];
    const { clock, execution } = await started(workflowOfSteps(steps, { budget: { wallClockMs: 1_000 } }), [hanging]);
    await clock.advance(hour + 999);
    expect(execution.status).toBe("running");
    await clock.advance(1);
    expect(await execution.result).toMatchObject({ status: "failed", error: { code: "BUDGET_EXCEEDED" } });
  });

  test("holds over the children of a run", async () => {
    const child = workflowOfSteps([work]);
    const parent = workflowOfSteps([childStep("one", "test"), childStep("two", "test", { dependencies: ["one"] })], {
      budget: { calls: 15 },
    });
    const { engine, execution } = await started(parent, [costly], { workflows: [child] });
    expect(await execution.result).toMatchObject({ status: "failed", error: { code: "BUDGET_EXCEEDED" } });
    const children = await engine.journal.list({ children: true, status: ["completed", "cancelled"] });
    expect(children.map(({ status }) => status).toSorted()).toEqual(["cancelled", "completed"]);
  });
});
