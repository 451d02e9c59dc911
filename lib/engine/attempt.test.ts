import { describe, expect, test } from "bun:test";
import type { AnyAgent } from "../agents/agent.ts";
import type { StandardSchema } from "../agents/standard-schema.ts";
import type { JsonValue } from "../json.ts";
import type { LogRecord } from "../log.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { Template } from "../workflow.ts";
import { createEngine } from "./create-engine.ts";
import type { BusEntry } from "./event-bus.ts";
import { agentOf, workflowOf } from "./fixtures/workflow-of.ts";

async function runStep(agent: AnyAgent, step: { input?: Template; config?: Template } = {}) {
  const clock = new VirtualClock({ wall: 1_000 });
  const logs: LogRecord[] = [];
  const seen: BusEntry[] = [];
  const engine = createEngine({ agents: [agent], clock, log: (record) => logs.push(record), newId: () => "run-1" });
  engine.events.subscribe((entry) => seen.push(entry));
  const workflow = workflowOf([{ id: "a", agent: agent.id, ...(step.input && { input: step.input }) }], {
    timeoutMs: 30_000,
  });
  const [ast] = workflow.steps;
  if (ast === undefined) throw new Error("the workflow has no step");
  const withConfig = {
    ...workflow,
    steps: [{ ...ast, agent: { id: agent.id, ...(step.config && { config: step.config }) } }],
  };
  const { execution } = await engine.start(withConfig, { correlationId: "c-1" });
  await clock.advance(100_000);
  return { view: execution.view().steps["a"], logs, seen };
}

const literal = (value: JsonValue): Template => ({ kind: "literal", value });

/** A Standard Schema that takes its time and trims text. */
const asyncTrim: StandardSchema<string, string> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: async (value) =>
      typeof value === "string" ? { value: value.trim() } : { issues: [{ message: "must be text", path: [] }] },
  },
};

describe("an attempt", () => {
  test("tells the agent where it runs", async () => {
    let facts: unknown;
    await runStep(
      agentOf("@test/asking", (_input, context) => {
        const { executionId, stepId, attempt, idempotencyKey, correlationId, deadline, config } = context;
        facts = { executionId, stepId, attempt, idempotencyKey, correlationId, deadline, config };
        return null;
      }),
      { config: literal({ level: 1 }) },
    );
    expect(facts).toEqual({
      executionId: "run-1",
      stepId: "a",
      attempt: 1,
      idempotencyKey: "run-1:a",
      correlationId: "c-1",
      deadline: 31_000,
      config: { level: 1 },
    });
  });

  test("checks a config with its schema and fills in the defaults", async () => {
    const agent = (id: string): AnyAgent => ({
      ...agentOf(id, (_input, { config }) => config ?? null),
      config: { type: "object", properties: { level: { type: "integer", default: 3 } } },
    });
    expect((await runStep(agent("@test/good"), { config: literal({}) })).view).toMatchObject({ output: { level: 3 } });
    expect((await runStep(agent("@test/bad"), { config: literal({ level: "x" }) })).view).toMatchObject({
      status: "failed",
      attempts: 1,
      error: { code: "VALIDATION", issues: [{ pointer: "/level" }] },
    });
  });

  test("waits for an asynchronous schema and hands over what it makes of the input", async () => {
    const agent: AnyAgent = { ...agentOf("@test/trim", (input: string) => input), input: asyncTrim };
    expect((await runStep(agent, { input: literal("  tide ") })).view).toMatchObject({ output: "tide" });
    expect((await runStep(agent, { input: literal(7) })).view).toMatchObject({ error: { code: "VALIDATION" } });
  });

  test("checks the output too, and never retries what does not fit", async () => {
    const agent: AnyAgent = {
      ...agentOf("@test/out", () => ({ n: "one" })),
      output: { properties: { n: { type: "number" } } },
    };
    expect((await runStep(agent)).view).toMatchObject({ status: "failed", attempts: 1, error: { code: "VALIDATION" } });
  });

  test("asks the agent's own validate before its first attempt", async () => {
    const agent: AnyAgent = {
      ...agentOf("@test/picky", () => "ran"),
      validate: () => {
        throw new RangeError("from must be before to");
      },
    };
    expect((await runStep(agent)).view).toMatchObject({
      status: "failed",
      error: { message: "from must be before to" },
    });
  });

  test("tells observers how far the agent is, in order with the events", async () => {
    const { seen } = await runStep(
      agentOf("@test/progress", (_input, { progress }) => {
        progress({ done: 1, of: 2 });
        return null;
      }),
    );
    const types = seen.map((entry) => ("event" in entry ? entry.event.type : entry.progress));
    expect(types.slice(-4)).toEqual(["attempt.started", { done: 1, of: 2 }, "step.completed", "execution.completed"]);
  });

  test("writes the agent's log lines with their place", async () => {
    const { logs } = await runStep(
      agentOf("@test/talking", (_input, { logger }) => {
        logger.warn("careful", { of: "the dog" });
        return null;
      }),
    );
    expect(logs.find(({ message }) => message === "careful")).toEqual({
      level: "warn",
      time: "1970-01-01T00:00:01.000Z",
      message: "careful",
      correlationId: "c-1",
      executionId: "run-1",
      stepId: "a",
      attempt: 1,
      data: { of: "the dog" },
    });
  });

  test.each<[string, unknown, string]>([
    ["text", "plain text", "plain text"],
    ["a number", 42, "42"],
    ["nothing", undefined, "a value that is not an Error was thrown"],
    ["an object with secrets", { headers: { authorization: "Bearer x" } }, "a value that is not an Error was thrown"],
  ])("records %s that was thrown in place of an error", async (_, thrown, message) => {
    const { view } = await runStep(
      agentOf("@test/thrower", () => {
        throw thrown;
      }),
    );
    expect(view?.error).toMatchObject({ name: "Error", code: "UNKNOWN", message });
  });

  test("records an error's cause but nothing else that hangs on it", async () => {
    const { view } = await runStep(
      agentOf("@test/thrower", () => {
        const error = new TypeError("outer", {
          cause: Object.assign(new Error("inner"), { code: "EINNER", config: "secret" }),
        });
        throw Object.assign(error, { request: { headers: "secret" } });
      }),
    );
    expect(view?.error).toEqual({
      name: "TypeError",
      code: "UNKNOWN",
      message: "outer",
      isRetryable: false,
      attempts: 1,
      cause: { name: "Error", code: "EINNER", message: "inner", isRetryable: false },
    });
  });
});

describe("expressions", () => {
  test("see a step's status and error, and nothing else of it", async () => {
    const failing = agentOf("@test/failing", () => {
      throw new TypeError("broken");
    });
    const clock = new VirtualClock();
    const engine = createEngine({ agents: [failing, agentOf("@test/echo", (input: JsonValue) => input)], clock });
    const ref = (...path: string[]): Template => ({
      kind: "expression",
      expression: {
        kind: "default",
        left: { kind: "reference", root: "steps", path },
        right: { kind: "value", value: "nothing" },
      },
    });
    const entries = {
      status: ref("a", "status"),
      deeper: ref("a", "status", "length"),
      error: ref("a", "error", "name"),
      output: ref("a", "output"),
      attempts: ref("a", "attempts"),
      nobody: ref("nobody", "output"),
    };
    const { execution } = await engine.start(
      workflowOf([
        { id: "a", agent: "@test/failing", onError: "continue" },
        { id: "b", dependencies: ["a"], input: { kind: "object", entries } },
      ]),
    );
    await clock.advance(1);
    expect(execution.view().steps["b"]?.output).toEqual({
      status: "failed",
      deeper: "nothing",
      error: "TypeError",
      output: "nothing",
      attempts: "nothing",
      nobody: "nothing",
    });
  });

  test("see variables, the execution and the workflow", async () => {
    const echoing = agentOf("@test/echo", (input: JsonValue) => input);
    const clock = new VirtualClock({ wall: 0 });
    const engine = createEngine({ agents: [echoing], clock, newId: () => "run-1" });
    const ref = (root: "variables" | "execution" | "workflow" | "input", ...path: string[]): Template => ({
      kind: "expression",
      expression: { kind: "reference", root, path },
    });
    const entries = {
      greeting: ref("variables", "greeting"),
      id: ref("execution", "id"),
      correlation: ref("execution", "correlationId"),
      started: ref("execution", "startedAt"),
      workflow: ref("workflow", "id"),
      version: ref("workflow", "version"),
      input: ref("input"),
    };
    const workflow = workflowOf(
      [{ id: "a", input: { kind: "object", entries } }],
      {},
      { variables: { greeting: "hi" } },
    );
    const { execution } = await engine.start(workflow, { input: { n: 1 }, correlationId: "c-1" });
    await clock.advance(1);
    expect(execution.view().steps["a"]?.output).toEqual({
      greeting: "hi",
      id: "run-1",
      correlation: "c-1",
      started: "1970-01-01T00:00:00.000Z",
      workflow: "test",
      version: "1.0.0",
      input: { n: 1 },
    });
  });
});
