import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { AnyAgent } from "../agents/agent.ts";
import type { JsonValue } from "../json.ts";
import { RetryableError } from "../errors.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { Workflow } from "../workflow.ts";
import { createEngine } from "./create-engine.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import type { ExecutionEvent } from "./events.ts";
import { agentOf, echo, outputOf, workflowOf } from "./fixtures/workflow-of.ts";
import type { ExecutionView } from "./view.ts";

function engineWith(
  agents: readonly AnyAgent[],
  options: Omit<EngineOptions, "agents"> = {},
): { engine: Engine; clock: VirtualClock } {
  const clock = new VirtualClock();
  return { clock, engine: createEngine({ agents: [echo, ...agents], clock, ...options }) };
}

/** Runs a workflow to its end, letting virtual time pass. */
async function runToEnd(workflow: Workflow, agents: readonly AnyAgent[] = [], ms = 600_000) {
  const { engine, clock } = engineWith(agents);
  const { execution } = await engine.start(workflow);
  await clock.advance(ms);
  const result = await execution.result;
  return { result, view: execution.view(), events: await eventsOf(engine, execution.id), engine };
}

async function eventsOf(engine: Engine, id: string): Promise<readonly ExecutionEvent[]> {
  return (await engine.journal.read(id)).map(({ event }) => event);
}

function types(events: readonly ExecutionEvent[]): string[] {
  return events.map((event) =>
    "stepId" in event && event.stepId !== undefined ? `${event.type} ${event.stepId}` : event.type,
  );
}

function statuses(view: ExecutionView): Record<string, string> {
  return Object.fromEntries(Object.entries(view.steps).map(([id, { status }]) => [id, status]));
}

/** Fails the first `failures` calls. */
function flaky(id: string, failures: number, error: () => Error = () => new RetryableError("not yet")): AnyAgent {
  let calls = 0;
  return agentOf(id, () => {
    calls++;
    if (calls <= failures) throw error();
    return { calls };
  });
}

const failing = agentOf("@test/failing", () => {
  throw new TypeError("broken on purpose");
});

/** Stops when told to, and only then. */
const hanging = agentOf(
  "@test/hanging",
  (_input, _context, signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
);

/** Ignores its signal until `release` is called. */
function stubborn(id: string): { agent: AnyAgent; release: (value: JsonValue) => void } {
  let release: (value: JsonValue) => void = () => undefined;
  const agent = agentOf(id, () => new Promise((resolve) => (release = resolve)));
  return { agent, release: (value) => release(value) };
}

describe("an execution whose id is taken", () => {
  test("is refused, and leaves the other one alone", async () => {
    const { engine } = engineWith([hanging], { newId: () => "the-same-id" });
    const { execution } = await engine.start(workflowOf([{ id: "a", agent: "@test/hanging" }]));
    await expect(engine.start(workflowOf([{ id: "a" }]))).rejects.toThrow("the-same-id");
    expect([engine.get("the-same-id") === execution, engine.load().executions]).toEqual([true, 1]);
    execution.cancel();
    expect(await execution.result).toMatchObject({ status: "cancelled" });
    expect(engine.load().executions).toBe(0);
  });
});

describe("execution.result", () => {
  test("is the same for who asks before the end and who asks after it", async () => {
    const { engine } = engineWith([]);
    const { execution } = await engine.start(workflowOf([{ id: "a" }]));
    const early = execution.result;
    const { execution: other } = await engine.start(workflowOf([{ id: "a" }]));
    await early;
    expect(execution.result).toBe(early);
    expect(other.status).toBe("completed");
    expect(await other.result).toEqual({ ...(await early), executionId: other.id });
  });
});

describe("createEngine()", () => {
  test("runs steps in the order of their data and gives their outputs", async () => {
    const { result, view } = await runToEnd(
      workflowOf([
        { id: "b", dependencies: ["a"], input: outputOf("a") },
        { id: "a", input: { kind: "literal", value: { n: 1 } } },
      ]),
    );
    expect(result).toEqual({
      executionId: view.executionId,
      status: "completed",
      output: { b: { n: 1 }, a: { n: 1 } },
    });
  });

  test("journals everything that happened, in order", async () => {
    const { events } = await runToEnd(
      workflowOf([{ id: "a" }, { id: "b", dependencies: ["a"], input: outputOf("a") }]),
    );
    expect(types(events)).toEqual([
      "execution.created",
      "step.ready a",
      "execution.started",
      "step.started a",
      "attempt.started a",
      "step.completed a",
      "step.ready b",
      "step.started b",
      "attempt.started b",
      "step.completed b",
      "execution.completed",
    ]);
  });

  test("evaluates the output template when all steps have settled", async () => {
    const { result } = await runToEnd(
      workflowOf(
        [{ id: "a", input: { kind: "literal", value: { n: 1 } } }],
        {},
        {
          output: { kind: "object", entries: { n: outputOf("a", "n") } },
        },
      ),
    );
    expect(result).toMatchObject({ status: "completed", output: { n: 1 } });
  });

  test("fails the execution when the output template has no value", async () => {
    const { result } = await runToEnd(workflowOf([{ id: "a" }], {}, { output: outputOf("a", "missing") }));
    expect(result).toMatchObject({ status: "failed", error: { code: "EXPR_PATH_NOT_FOUND" } });
  });

  test("never lets an agent change what a later step reads", async () => {
    const made = { list: [1] };
    const maker = agentOf("@test/maker", () => made);
    const spoiler = agentOf("@test/spoiler", (input: { list: number[] }) => {
      made.list.push(2);
      expect(() => input.list.push(3)).toThrow(TypeError);
      return input;
    });
    const { view } = await runToEnd(
      workflowOf([
        { id: "a", agent: "@test/maker" },
        { id: "b", agent: "@test/spoiler", dependencies: ["a"], input: outputOf("a") },
      ]),
      [maker, spoiler],
    );
    expect([view.steps["a"]?.output, view.steps["b"]?.output]).toEqual([{ list: [1] }, { list: [1] }]);
  });

  test("fails a step whose output JSON cannot hold", async () => {
    const { view } = await runToEnd(workflowOf([{ id: "a", agent: "@test/bad" }]), [
      agentOf("@test/bad", () => () => 1),
    ]);
    expect(view.steps["a"]).toMatchObject({ status: "failed", error: { code: "VALUE_NOT_JSON" }, attempts: 1 });
  });

  test("refuses a workflow whose agent is not registered, and starts nothing", async () => {
    const { engine } = engineWith([]);
    await expect(engine.start(workflowOf([{ id: "a", agent: "@test/nobody" }]))).rejects.toMatchObject({
      code: "AGENT_NOT_FOUND",
    });
    expect(engine.load()).toEqual({ executions: 0, running: 0, waiting: 0 });
  });

  test("refuses input that does not fit the workflow's schema", async () => {
    const { engine } = engineWith([]);
    const workflow = workflowOf([{ id: "a" }], {}, { input: { type: "object", required: ["topic"] } });
    await expect(engine.start(workflow, { input: {} })).rejects.toMatchObject({ code: "VALIDATION" });
  });
});

describe("retry", () => {
  test("calls a flaky agent again after a drawn delay", async () => {
    const { view, events } = await runToEnd(workflowOf([{ id: "a", agent: "@test/flaky" }]), [flaky("@test/flaky", 2)]);
    expect(view.steps["a"]).toMatchObject({ status: "completed", attempts: 3, output: { calls: 3 } });
    const delays = events.flatMap((event) => (event.type === "retry.scheduled" ? [event.delayMs] : []));
    expect(delays).toHaveLength(2);
    for (const [index, delay] of delays.entries()) {
      expect(delay).toBeGreaterThanOrEqual(500 * 2 ** index);
      expect(delay).toBeLessThanOrEqual(1_500 * 2 ** index);
    }
  });

  test("draws the same delays for the same seed, whatever runs beside it", async () => {
    const draw = async (others: number): Promise<readonly number[]> => {
      const steps = Array.from({ length: others }, (_, index) => ({ id: `other${index}`, agent: "@test/also-flaky" }));
      const agents = [flaky("@test/flaky", 2), flaky("@test/also-flaky", others)];
      const { engine, clock } = engineWith(agents, { newId: () => "the-same-id" });
      const { execution } = await engine.start(workflowOf([...steps, { id: "a", agent: "@test/flaky" }]));
      await clock.advance(10_000);
      const events = await eventsOf(engine, execution.id);
      return events.flatMap((event) =>
        event.type === "retry.scheduled" && event.stepId === "a" ? [event.delayMs] : [],
      );
    };
    const alone = await draw(0);
    expect(alone).toHaveLength(2);
    expect(await draw(3)).toEqual(alone);
  });

  test("does not retry what will never work", async () => {
    const { view, events } = await runToEnd(workflowOf([{ id: "a", agent: "@test/failing" }]), [failing]);
    expect(view.steps["a"]).toMatchObject({
      status: "failed",
      attempts: 1,
      error: { name: "TypeError", message: "broken on purpose" },
    });
    expect(types(events)).not.toContain("retry.scheduled a");
  });

  test('retries whatever its class under onError "retry"', async () => {
    const { view } = await runToEnd(workflowOf([{ id: "a", agent: "@test/flaky", onError: "retry" }]), [
      flaky("@test/flaky", 2, () => new TypeError("a bug that comes and goes")),
    ]);
    expect(view.steps["a"]).toMatchObject({ status: "completed", attempts: 3 });
  });

  test("retries only the kinds that retryOn names", async () => {
    const { view } = await runToEnd(
      workflowOf([{ id: "a", agent: "@test/flaky", policies: { retry: { retryOn: ["timeout"] } } }]),
      [flaky("@test/flaky", 1)],
    );
    expect(view.steps["a"]).toMatchObject({ status: "failed", attempts: 1 });
  });

  test("gives its slot to others while it waits", async () => {
    const order: string[] = [];
    const noting = agentOf("@test/noting", (_input, context) => order.push(context.stepId) && null);
    const { view } = await runToEnd(
      workflowOf(
        [
          { id: "a", agent: "@test/flaky" },
          { id: "b", agent: "@test/noting" },
        ],
        { maxConcurrentSteps: 1 },
      ),
      [flaky("@test/flaky", 1), noting],
    );
    expect(order).toEqual(["b"]);
    expect(statuses(view)).toEqual({ a: "completed", b: "completed" });
  });
});

describe("timeout", () => {
  test("ends an attempt after its limit, retries it and gives up with the timeout", async () => {
    const { view, events } = await runToEnd(
      workflowOf([{ id: "a", agent: "@test/hanging" }], { timeoutMs: 100, retry: { maxAttempts: 2 } }),
      [hanging],
    );
    expect(view.steps["a"]).toMatchObject({ status: "failed", attempts: 2, error: { code: "TIMEOUT" } });
    const fired = events.filter((event) => event.type === "timeout.fired");
    expect(fired).toEqual([
      { type: "timeout.fired", stepId: "a", attempt: 1, timeoutMs: 100 },
      { type: "timeout.fired", stepId: "a", attempt: 2, timeoutMs: 100 },
    ]);
  });

  test("drops and shows the outcome of an attempt that ends after its time", async () => {
    const { agent, release } = stubborn("@test/stubborn");
    const { engine, clock } = engineWith([agent]);
    const workflow = workflowOf(
      [
        { id: "a", agent: "@test/stubborn", onError: "continue" },
        { id: "b", agent: "@test/stubborn" },
      ],
      {
        timeoutMs: 100,
        retry: { maxAttempts: 1 },
        maxConcurrentSteps: 1,
      },
    );
    const { execution } = await engine.start(workflow);
    await clock.advance(100);
    release("too late for a, in time for b");
    await clock.advance(0);
    expect(statuses(execution.view())).toEqual({ a: "failed", b: "completed" });
  });

  test("shows a late outcome while the execution still runs", async () => {
    const { agent, release } = stubborn("@test/stubborn");
    const { engine, clock } = engineWith([agent, hanging]);
    const { execution } = await engine.start(
      workflowOf([
        {
          id: "a",
          agent: "@test/stubborn",
          onError: "continue",
          policies: { timeoutMs: 100, retry: { maxAttempts: 1 } },
        },
        { id: "b", agent: "@test/hanging" },
      ]),
    );
    await clock.advance(100);
    release("late");
    await clock.advance(1);
    const late = (await eventsOf(engine, execution.id)).filter(({ type }) => type === "attempt.late");
    expect(late).toEqual([{ type: "attempt.late", stepId: "a", attempt: 1, outcome: "fulfilled" }]);
    expect(execution.view().steps["a"]).toMatchObject({ status: "failed", error: { code: "TIMEOUT" } });
  });

  test("fails an execution that takes longer than timeout.global", async () => {
    const { result, view } = await runToEnd(
      workflowOf([{ id: "a", agent: "@test/hanging" }], { globalTimeoutMs: 50 }),
      [hanging],
    );
    expect(result).toMatchObject({ status: "failed", error: { code: "TIMEOUT" } });
    expect(view.steps["a"]).toMatchObject({ status: "cancelled", forced: false });
  });
});

describe("circuit breaker", () => {
  test("opens after five failures, over executions, and rejects without calling", async () => {
    let calls = 0;
    const down = agentOf("@test/down", () => {
      calls++;
      throw new RetryableError("down");
    });
    const { engine, clock } = engineWith([down]);
    const workflow = workflowOf([{ id: "a", agent: "@test/down" }]);
    const first = (await engine.start(workflow)).execution;
    await clock.advance(90_000);
    const second = (await engine.start(workflow)).execution;
    await clock.advance(30_000);
    expect(calls).toBe(5);
    expect(first.view().steps["a"]).toMatchObject({ attempts: 3, error: { code: "RETRYABLE" } });
    expect(second.view().steps["a"]).toMatchObject({ attempts: 3, error: { code: "CIRCUIT_OPEN" } });
    const circuit = types(await eventsOf(engine, second.id)).filter((type) => type.startsWith("circuit"));
    expect(circuit).toEqual(["circuit.opened a", "circuit.rejected a"]);
  });

  test("lets one probe through after its time and closes on success", async () => {
    const { engine, clock } = engineWith([flaky("@test/down", 1, () => new Error("down"))]);
    const workflow = workflowOf([{ id: "a", agent: "@test/down", policies: { retry: { maxAttempts: 1 } } }], {
      circuitBreaker: { failureThreshold: 1, resetTimeoutMs: 1_000 },
    });
    await engine.start(workflow);
    await clock.advance(1_000);
    const { execution } = await engine.start(workflow);
    await clock.advance(0);
    const circuit = types(await eventsOf(engine, execution.id)).filter((type) => type.startsWith("circuit"));
    expect(circuit).toEqual(["circuit.half_opened a", "circuit.closed a"]);
    expect(execution.status).toBe("completed");
  });

  test("keeps one circuit for each target", async () => {
    const byHost = agentOf("@test/by-host", (input: { host: string }) => {
      if (input.host === "bad") throw new Error("down");
      return input.host;
    });
    const step = (host: string) => ({
      id: host,
      agent: "@test/by-host",
      input: { kind: "literal", value: { host } } as const,
      onError: "continue" as const,
      policies: {
        retry: { maxAttempts: 1 },
        circuitBreaker: { failureThreshold: 1, target: { kind: "literal", value: host } as const },
      },
    });
    const { engine, clock } = engineWith([byHost]);
    const run = async () => {
      const { execution } = await engine.start(workflowOf([step("bad"), step("good")]));
      await clock.advance(0);
      return execution.view();
    };
    await run();
    const view = await run();
    expect([view.steps["bad"]?.error?.code, view.steps["good"]?.output]).toEqual(["CIRCUIT_OPEN", "good"]);
  });
});

describe("failure", () => {
  test("stops new steps, aborts running ones and fails the execution", async () => {
    const { result, view } = await runToEnd(
      workflowOf([
        { id: "a", agent: "@test/failing" },
        { id: "b", agent: "@test/hanging" },
        { id: "c", dependencies: ["b"] },
      ]),
      [failing, hanging],
      10,
    );
    expect(result).toMatchObject({ status: "failed", error: { message: "broken on purpose" } });
    expect(statuses(view)).toEqual({ a: "failed", b: "cancelled", c: "cancelled" });
  });

  test("lets running steps finish under onFailure drain", async () => {
    const slow = agentOf(
      "@test/slow",
      (_input, context) => (context.attempt, new Promise((resolve) => releases.push(resolve))),
    );
    const releases: ((value: JsonValue) => void)[] = [];
    const { engine, clock } = engineWith([failing, slow]);
    const { execution } = await engine.start(
      workflowOf(
        [
          { id: "a", agent: "@test/failing" },
          { id: "b", agent: "@test/slow" },
        ],
        { onFailure: "drain" },
      ),
    );
    await clock.advance(1);
    expect(execution.status).toBe("running");
    releases.forEach((release) => release("done"));
    await clock.advance(1);
    expect(execution.status).toBe("failed");
    expect(statuses(execution.view())).toEqual({ a: "failed", b: "completed" });
  });

  test('goes on without the step under onError "continue"', async () => {
    const { result } = await runToEnd(
      workflowOf([
        { id: "a", agent: "@test/failing", onError: "continue" },
        {
          id: "b",
          dependencies: ["a"],
          input: {
            kind: "expression",
            expression: {
              kind: "default",
              left: { kind: "reference", root: "steps", path: ["a", "output"] },
              right: { kind: "reference", root: "steps", path: ["a", "error", "message"] },
            },
          },
        },
      ]),
      [failing],
    );
    expect(result).toMatchObject({ status: "completed", output: { b: "broken on purpose" } });
  });

  test("recovers a step with its fallback's output, which then counts as its own", async () => {
    const { view, events } = await runToEnd(
      workflowOf([
        { id: "a", agent: "@test/failing", onError: "fallback", fallbackStepId: "spare" },
        { id: "spare", input: { kind: "literal", value: "spare part" } },
        { id: "b", dependencies: ["a"], input: outputOf("a") },
      ]),
      [failing],
    );
    expect(statuses(view)).toEqual({ a: "recovered", spare: "completed", b: "completed" });
    expect(view.steps["b"]?.output).toBe("spare part");
    expect(types(events)).toContain("step.falling_back a");
  });

  test("skips a fallback that nobody needs", async () => {
    const { view } = await runToEnd(
      workflowOf([{ id: "a", onError: "fallback", fallbackStepId: "spare" }, { id: "spare" }]),
    );
    expect(view.steps["spare"]).toMatchObject({ status: "skipped", skipped: "fallback-not-needed" });
    expect(view.status).toBe("completed");
  });

  test("fails with the first error when the fallback fails too", async () => {
    const { result, view } = await runToEnd(
      workflowOf([
        { id: "a", input: outputOf("nobody"), onError: "fallback", fallbackStepId: "spare" },
        { id: "spare", agent: "@test/failing" },
      ]),
      [failing],
    );
    expect(result).toMatchObject({ status: "failed", error: { code: "EXPR_PATH_NOT_FOUND" } });
    expect(statuses(view)).toEqual({ a: "failed", spare: "failed" });
  });

  test("skips a step whose condition is false and fails one whose condition has no value", async () => {
    const { view } = await runToEnd(
      workflowOf([
        { id: "a", condition: { kind: "value", value: false } },
        { id: "b", condition: { kind: "reference", root: "input", path: ["nope"] }, onError: "continue" },
        { id: "c", dependencies: ["a", "b"] },
      ]),
    );
    expect(statuses(view)).toEqual({ a: "skipped", b: "failed", c: "completed" });
  });
});

describe("cancellation", () => {
  test("ends queued and backing-off steps at once and running ones when they stop", async () => {
    const { engine, clock } = engineWith([hanging, flaky("@test/flaky", 9)]);
    const { execution } = await engine.start(
      workflowOf([
        { id: "running", agent: "@test/hanging" },
        { id: "backingOff", agent: "@test/flaky" },
        { id: "pending", dependencies: ["running"] },
      ]),
    );
    await clock.advance(10);
    expect(execution.cancel("enough")).toBe("cancelling");
    await clock.advance(0);
    expect(await execution.result).toEqual({ executionId: execution.id, status: "cancelled", reason: "enough" });
    expect(statuses(execution.view())).toEqual({ running: "cancelled", backingOff: "cancelled", pending: "cancelled" });
    expect(clock.pending).toBe(0);
  });

  test("gives up on a step that ignores its signal after the grace period and drops what it gives later", async () => {
    const { agent, release } = stubborn("@test/stubborn");
    const { engine, clock } = engineWith([agent]);
    const { execution } = await engine.start(
      workflowOf([{ id: "a", agent: "@test/stubborn" }], { gracePeriodMs: 5_000 }),
    );
    await clock.advance(10);
    execution.cancel();
    await clock.advance(4_999);
    expect(execution.status).toBe("cancelling");
    await clock.advance(1);
    expect(execution.view()).toMatchObject({
      status: "cancelled",
      steps: { a: { status: "cancelled", forced: true } },
    });
    release("too late");
    await clock.advance(1);
    expect(execution.view().steps["a"]).not.toHaveProperty("output");
    expect(engine.load()).toEqual({ executions: 0, running: 0, waiting: 0 });
  });

  test("keeps the output of a step that finishes within the grace period", async () => {
    const { agent, release } = stubborn("@test/stubborn");
    const { engine, clock } = engineWith([agent]);
    const { execution } = await engine.start(workflowOf([{ id: "a", agent: "@test/stubborn" }]));
    await clock.advance(10);
    execution.cancel();
    release("made it");
    await clock.advance(1);
    expect(execution.view()).toMatchObject({
      status: "cancelled",
      steps: { a: { status: "completed", output: "made it" } },
    });
  });

  test("keeps the output of a step that finishes the moment it is told to stop", async () => {
    const prompt = agentOf(
      "@test/prompt",
      (_input, _context, signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve("saved"))),
    );
    const { engine, clock } = engineWith([prompt]);
    const { execution } = await engine.start(workflowOf([{ id: "a", agent: "@test/prompt" }]));
    await clock.advance(1);
    execution.cancel();
    await clock.advance(1);
    expect(execution.view()).toMatchObject({
      status: "cancelled",
      steps: { a: { status: "completed", output: "saved" } },
    });
  });

  test("is idempotent and changes nothing about a finished execution", async () => {
    const { engine, clock } = engineWith([hanging]);
    const { execution } = await engine.start(workflowOf([{ id: "a", agent: "@test/hanging" }]));
    await clock.advance(1);
    execution.cancel("first");
    expect(execution.cancel("second")).toBe("cancelling");
    await clock.advance(1);
    const sequence = execution.view().sequence;
    expect(execution.cancel("third")).toBe("cancelled");
    expect([execution.view().sequence, await execution.result]).toEqual([
      sequence,
      { executionId: execution.id, status: "cancelled", reason: "first" },
    ]);
  });

  test("follows the caller's signal", async () => {
    const { engine, clock } = engineWith([hanging]);
    const controller = new AbortController();
    const { execution } = await engine.start(workflowOf([{ id: "a", agent: "@test/hanging" }]), {
      signal: controller.signal,
    });
    await clock.advance(1);
    controller.abort(new Error("user left"));
    await clock.advance(1);
    expect(await execution.result).toMatchObject({ status: "cancelled", reason: "its signal was aborted: user left" });
  });

  test("reaches the agent with a reason that tells it from a timeout", async () => {
    const reasons: unknown[] = [];
    const listening = agentOf(
      "@test/listening",
      (_input, _context, signal) =>
        new Promise((_, reject) =>
          signal.addEventListener("abort", () => {
            reasons.push((signal.reason as { code: string }).code);
            reject(signal.reason);
          }),
        ),
    );
    const { engine, clock } = engineWith([listening]);
    const workflow = workflowOf([
      { id: "a", agent: "@test/listening", policies: { retry: { maxAttempts: 1 }, timeoutMs: 5 } },
    ]);
    const { execution } = await engine.start(workflow);
    execution.cancel();
    await clock.advance(0);
    await engine.start(workflow);
    await clock.advance(5);
    expect(reasons).toEqual(["CANCELLED", "TIMEOUT"]);
  });
});

describe("the limits", () => {
  test("1,000 random graphs never start a step early, never exceed the limits, and starve nobody", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomWorkflow,
        randomWorkflow,
        fc.integer({ min: 1, max: 4 }),
        fc.nat(),
        async (first, second, maxConcurrency, seed) => {
          const running = new Map<string, number>();
          let most = 0;
          const settled = new Set<string>();
          const work = agentOf("@test/work", async (_input, { executionId, stepId }) => {
            const workflow: Workflow | undefined = workflows.get(executionId);
            const step = workflow?.steps.find(({ id }) => id === stepId);
            for (const source of step?.dependencies ?? []) expect(settled).toContain(`${executionId}/${source}`);
            running.set(executionId, (running.get(executionId) ?? 0) + 1);
            const total = [...running.values()].reduce((sum, count) => sum + count, 0);
            most = Math.max(most, total);
            expect(total).toBeLessThanOrEqual(maxConcurrency);
            expect(running.get(executionId)).toBeLessThanOrEqual(workflow?.policies.maxConcurrentSteps ?? 10);
            await clock.sleep((stepId.length * 7 + seed) % 13);
            running.set(executionId, (running.get(executionId) ?? 0) - 1);
            settled.add(`${executionId}/${stepId}`);
            return null;
          });
          const workflows = new Map([
            ["one", first],
            ["two", second],
          ]);
          const ids = [...workflows.keys()];
          const clock = new VirtualClock();
          const engine = createEngine({ agents: [work], clock, maxConcurrency, newId: () => ids.shift() ?? "none" });
          const executions = [(await engine.start(first)).execution, (await engine.start(second)).execution];
          await clock.advance(20 * (first.steps.length + second.steps.length) + 20);
          expect(executions.map(({ status }) => status)).toEqual(["completed", "completed"]);
          expect(most).toBeGreaterThan(0);
          expect(engine.load()).toEqual({ executions: 0, running: 0, waiting: 0 });
        },
      ),
      { numRuns: 1_000 },
    );
  }, 60_000);

  test("refuses more unfinished executions than it may hold and takes new ones when some have ended", async () => {
    const { engine, clock } = engineWith([hanging], { maxExecutions: 1 });
    const workflow = workflowOf([{ id: "a", agent: "@test/hanging" }]);
    const { execution } = await engine.start(workflow);
    await expect(engine.start(workflow)).rejects.toMatchObject({ code: "QUEUE_FULL", isRetryable: true });
    execution.cancel();
    await clock.advance(1);
    expect((await engine.start(workflow)).isReplay).toBe(false);
  });

  test("forgets the oldest finished executions and their journal", async () => {
    const { engine, clock } = engineWith([], { keepFinished: 1 });
    const ids: string[] = [];
    for (let index = 0; index < 2; index++) {
      const { execution } = await engine.start(workflowOf([{ id: "a" }]));
      await clock.advance(1);
      ids.push(execution.id);
    }
    expect(ids.map((id) => engine.get(id) !== undefined)).toEqual([false, true]);
    expect(await engine.journal.read(ids[0] ?? "")).toEqual([]);
  });

  test.each([
    ["maxConcurrency", 0],
    ["maxConcurrency", 1.5],
    ["maxExecutions", Number.NaN],
    ["keepFinished", -1],
  ])("refuses %s of %p", (option, value) => {
    expect(() => createEngine({ [option]: value })).toThrow(`Cannot create engine: ${option} must be an integer`);
  });
});

describe("idempotency keys", () => {
  const key = { key: "k", fingerprint: "f" };

  test("give the first execution again within ten minutes and a new one after", async () => {
    const { engine, clock } = engineWith([]);
    const start = () => engine.start(workflowOf([{ id: "a" }]), { idempotency: key });
    const [first, second] = await Promise.all([start(), start()]);
    await clock.advance(599_999);
    const third = await start();
    await clock.advance(1);
    const fourth = await start();
    expect([second, third].map(({ execution, isReplay }) => [execution.id === first.execution.id, isReplay])).toEqual([
      [true, true],
      [true, true],
    ]);
    expect([fourth.execution.id === first.execution.id, fourth.isReplay]).toEqual([false, false]);
  });

  test("refuse another request under the same key", async () => {
    const { engine } = engineWith([]);
    await engine.start(workflowOf([{ id: "a" }]), { idempotency: key });
    await expect(
      engine.start(workflowOf([{ id: "a" }]), { idempotency: { key: "k", fingerprint: "other" } }),
    ).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
  });

  test("are free again when nothing could be started", async () => {
    const { engine } = engineWith([]);
    const bad = workflowOf([{ id: "a", agent: "@test/nobody" }]);
    await expect(engine.start(bad, { idempotency: key })).rejects.toMatchObject({ code: "AGENT_NOT_FOUND" });
    expect((await engine.start(workflowOf([{ id: "a" }]), { idempotency: key })).isReplay).toBe(false);
  });
});

describe("close()", () => {
  test("refuses new work, waits for what runs, and cancels it when the time is up", async () => {
    const { engine, clock } = engineWith([hanging]);
    const { execution } = await engine.start(workflowOf([{ id: "a", agent: "@test/hanging" }]));
    const closed = engine.close({ drainMs: 1_000 });
    await expect(engine.start(workflowOf([{ id: "a" }]))).rejects.toMatchObject({ code: "ENGINE_CLOSED" });
    await clock.advance(999);
    expect(execution.status).toBe("running");
    await clock.advance(1);
    await closed;
    expect(execution.status).toBe("cancelled");
  });

  test("may be called twice", async () => {
    const { engine, clock } = engineWith([]);
    await engine.start(workflowOf([{ id: "a" }]));
    const both = Promise.all([engine.close(), engine.close()]);
    await clock.advance(1);
    expect(await both).toEqual([undefined, undefined]);
  });
});

describe("secrets in data", () => {
  test("are hidden from views and the journal but not from agents and the program that started the run", async () => {
    const sensitive = { type: "object", properties: { token: { type: "string", "x-sensitive": true } } } as const;
    const seen: JsonValue[] = [];
    const keeper: AnyAgent = {
      ...agentOf("@test/keeper", (input: JsonValue) => {
        seen.push(input);
        return { token: "made-secret" };
      }),
      input: sensitive,
      output: sensitive,
    };
    const { result, view, events } = await runToEnd(
      workflowOf([{ id: "a", agent: "@test/keeper", input: { kind: "literal", value: { token: "given-secret" } } }]),
      [keeper],
    );
    expect(JSON.stringify({ view, events })).not.toContain("-secret");
    expect(JSON.stringify({ view, events })).toContain("[redacted]");
    expect(seen).toEqual([{ token: "given-secret" }]);
    expect(result).toMatchObject({ output: { a: { token: "made-secret" } } });
  });
});

const randomWorkflow = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .chain((edges) => fc.integer({ min: 1, max: 5 }).map((limit) => ({ edges, limit })))
  .map(({ edges, limit }) =>
    workflowOf(
      edges.map((sources, index) => ({
        id: `s${"x".repeat(index)}`,
        agent: "@test/work",
        dependencies: index === 0 ? [] : [...new Set(sources.map((source) => `s${"x".repeat(source % index)}`))],
      })),
      { maxConcurrentSteps: limit },
    ),
  );
