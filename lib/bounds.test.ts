import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { bounds } from "./bounds.ts";
import { agentOf, agentStep, childStep, waitStep, workflowOfSteps } from "./engine/fixtures/workflow-of.ts";
import { createEngine } from "./engine/create-engine.ts";
import { RetryableError } from "./errors.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";
import type { JitterPolicy, Step, Workflow } from "./workflow.ts";

const retry = (maxAttempts: number) => ({ maxAttempts, baseDelayMs: 100, jitter: "none" }) as const;
const brief = (maxAttempts = 1) => ({ timeoutMs: 1_000, retry: retry(maxAttempts) });
const policies = { gracePeriodMs: 0 };

function timeAndAttempts(workflow: Workflow, ...children: readonly Workflow[]) {
  const { timeMs, attempts } = bounds(workflow, { workflows: children });
  return [timeMs, attempts];
}

describe("bounds()", () => {
  test("counts attempts, their timeouts and the longest delays between them", () => {
    const step = (jitter: "none" | "full" | { randomizationFactor: number }) =>
      workflowOfSteps(
        [agentStep({ id: "a", policies: { timeoutMs: 1_000, retry: { ...retry(3), jitter } } })],
        policies,
      );
    expect(timeAndAttempts(step("none"))).toEqual([3_300, 3]);
    expect(timeAndAttempts(step("full"))).toEqual([3_300, 3]);
    expect(timeAndAttempts(step({ randomizationFactor: 0.5 }))).toEqual([3_450, 3]);
  });

  test("starts no attempt after maxElapsed, and no delay is longer than maxDelay", () => {
    const of = (more: object) =>
      timeAndAttempts(
        workflowOfSteps(
          [agentStep({ id: "a", policies: { timeoutMs: 1_000, retry: { ...retry(10), ...more } } })],
          policies,
        ),
      );
    expect(of({ maxElapsedMs: 2_500 })).toEqual([3_500, 10]);
    expect(of({ maxDelayMs: 100 })).toEqual([10_900, 10]);
  });

  test("takes the path that takes longest, with a fallback behind its owner", () => {
    const workflow = workflowOfSteps(
      [
        agentStep({ id: "a", policies: brief(), onError: "fallback", fallbackStepId: "b" }),
        agentStep({ id: "b", policies: brief(2) }),
        agentStep({ id: "c", policies: brief(), dependencies: ["a"] }),
        agentStep({ id: "d", policies: brief() }),
      ],
      policies,
    );
    expect(bounds(workflow)).toEqual({
      longestPath: ["a", "b", "c"],
      attempts: 5,
      timeMs: 1_000 + 2_100 + 1_000,
      cost: {},
      perItem: [],
      unbounded: [],
    });
  });

  test("multiplies iterations, and items that the file itself names", () => {
    const until = { kind: "value", value: false } as const;
    const repeat = { until, maxIterations: 3, delayMs: 50 };
    expect(timeAndAttempts(workflowOfSteps([agentStep({ id: "a", policies: brief(2), repeat })], policies))).toEqual([
      3 * 2_100 + 2 * 50,
      6,
    ]);
    const items = { kind: "value", value: [1, 2, 3] } as const;
    const forEach = { items, maxConcurrency: 2 };
    expect(timeAndAttempts(workflowOfSteps([agentStep({ id: "a", policies: brief(), forEach })], policies))).toEqual([
      2_000, 3,
    ]);
  });

  test("tells of one item where only the run knows how many there are", () => {
    const items = { kind: "reference", root: "input", path: ["list"] } as const;
    const found = bounds(workflowOfSteps([agentStep({ id: "a", policies: brief(2), forEach: { items } })], policies));
    expect([found.attempts, found.timeMs, found.perItem, found.unbounded]).toEqual([
      null,
      null,
      [{ stepId: "a", attempts: 2, timeMs: 2_100 }],
      [{ stepId: "a", reason: "only the run knows how many items it has" }],
    ]);
  });

  test("waits for as long as it is told, and without bound for a signal without timeout", () => {
    const duration = waitStep("w", { kind: "duration", ms: 500 });
    expect(timeAndAttempts(workflowOfSteps([duration], policies))).toEqual([500, 0]);
    const signal = waitStep("s", { kind: "signal", name: "go" });
    const { timeMs, unbounded } = bounds(workflowOfSteps([duration, signal], policies));
    expect([timeMs, unbounded.map(({ stepId }) => stepId)]).toEqual([null, ["s"]]);
  });

  test("is cut by timeout.global, which counts no waiting, and followed by the grace period", () => {
    const workflow = workflowOfSteps(
      [
        agentStep({ id: "a", policies: { timeoutMs: 60_000, retry: retry(1) } }),
        waitStep("w", { kind: "duration", ms: 5_000 }, { dependencies: ["a"] }),
      ],
      { globalTimeoutMs: 10_000, gracePeriodMs: 2_000 },
    );
    expect(timeAndAttempts(workflow)).toEqual([10_000 + 5_000 + 2_000, 1]);
  });

  test("shares the work among as many steps as may run at once", () => {
    const steps = Array.from({ length: 4 }, (_, index) => agentStep({ id: `s${index}`, policies: brief() }));
    expect(timeAndAttempts(workflowOfSteps(steps, { ...policies, maxConcurrentSteps: 4 }))).toEqual([1_000, 4]);
    expect(timeAndAttempts(workflowOfSteps(steps, { ...policies, maxConcurrentSteps: 2 }))).toEqual([3_000, 4]);
  });

  test("takes a child for what its own workflow can come to, as often as it is tried", () => {
    const child = {
      ...workflowOfSteps([agentStep({ id: "x", policies: brief(2) })], policies),
      metadata: { id: "child", name: "Child" },
    };
    const parent = workflowOfSteps([childStep("c", "child", { policies: { retry: retry(2) } })], policies);
    expect(timeAndAttempts(parent, child)).toEqual([2 * 2_100 + 100, 4]);
    expect(bounds(parent).unbounded).toEqual([{ stepId: "c", reason: "the workflow it runs is not known here" }]);
  });

  test("compensates one step after the other at the end", () => {
    const compensate = { agent: { id: "@test/undo" }, input: { kind: "literal", value: {} } } as const;
    const steps = ["a", "b"].map((id) => agentStep({ id, policies: brief(), compensate }));
    expect(timeAndAttempts(workflowOfSteps(steps, policies))).toEqual([1_000 + 2_000, 4]);
  });

  test("knows children that stand in files, each counted once, and takes one that runs itself for one without bound", () => {
    const fileStep = (id: string, definition: Workflow) => ({
      ...childStep(id, "child"),
      workflow: { file: "./child.o8.json", definition },
    });
    const leaf = workflowOfSteps([agentStep({ id: "a", policies: brief() })], policies);
    let tower = leaf;
    for (let floor = 0; floor < 30; floor++)
      tower = workflowOfSteps([fileStep("l", tower), fileStep("r", tower)], policies);
    expect(timeAndAttempts(workflowOfSteps([fileStep("l", leaf), fileStep("r", leaf)], policies))).toEqual([1_000, 2]);
    expect(timeAndAttempts(tower)[1]).toBe(2 ** 30);
    const endless = { ...workflowOfSteps([childStep("c", "child")]), metadata: { id: "child", name: "Child" } };
    expect(timeAndAttempts(endless, endless)[1]).toBeNull();
  });

  test("names what the budget allows", () => {
    const budget = { tokens: 1_000, usd: 0.5, calls: 20 };
    expect(bounds(workflowOfSteps([agentStep({ id: "a" })], { budget })).cost).toEqual(budget);
  });
});

/** A step of any kind that waits for some of the earlier ones; `index` makes its id. */
const drawnStep = fc.record({
  kind: fc.constantFrom("agent", "agent", "agent", "fallback", "wait", "child"),
  agent: fc.constantFrom("@test/hanging", "@test/failing", "@test/slow"),
  maxAttempts: fc.integer({ min: 1, max: 4 }),
  jitter: fc.constantFrom<JitterPolicy>("none", "full", "equal", "decorrelated", { randomizationFactor: 0.5 }),
  maxElapsedMs: fc.constantFrom(500, 90_000),
  onError: fc.constantFrom("fail", "continue", "retry"),
  items: fc.integer({ min: 0, max: 4 }),
  maxConcurrency: fc.integer({ min: 1, max: 3 }),
  iterations: fc.integer({ min: 1, max: 3 }),
  isCompensated: fc.boolean(),
  waitsFor: fc.array(fc.nat({ max: 5 }), { maxLength: 2 }),
});
type Drawn = typeof drawnStep extends fc.Arbitrary<infer T> ? T : never;

function stepsOf(drawn: readonly Drawn[]): readonly Step[] {
  return drawn.flatMap((one, index): readonly Step[] => {
    const dependencies = [...new Set(one.waitsFor)].filter((source) => source < index).map((source) => `s${source}`);
    const id = `s${index}`;
    const { onError } = one;
    if (one.kind === "wait") return [waitStep(id, { kind: "duration", ms: 700 }, { dependencies })];
    const call = {
      dependencies,
      onError,
      policies: {
        timeoutMs: 300,
        // An open circuit asks for a delay of its own, which no bound counts.
        circuitBreaker: { failureThreshold: 1_000 },
        retry: { maxAttempts: one.maxAttempts, baseDelayMs: 50, jitter: one.jitter, maxElapsedMs: one.maxElapsedMs },
      },
      ...(one.items > 0 && {
        forEach: {
          items: { kind: "value", value: Array.from({ length: one.items }, () => 1) } as const,
          maxConcurrency: one.maxConcurrency,
        },
      }),
      ...(one.iterations > 1 && {
        repeat: { until: { kind: "value", value: false } as const, maxIterations: one.iterations, delayMs: 20 },
      }),
      ...(one.isCompensated && {
        compensate: { agent: { id: one.agent }, input: { kind: "literal", value: {} } as const },
      }),
    };
    if (one.kind === "child") return [childStep(id, "child", call)];
    if (one.kind === "agent") return [agentStep({ id, agent: one.agent, ...call })];
    const fallback = agentStep({ id: `f${index}`, agent: one.agent, policies: call.policies });
    return [agentStep({ id, agent: one.agent, ...call, onError: "fallback", fallbackStepId: fallback.id }), fallback];
  });
}

describe("bounds() and the engine", () => {
  test("no run takes longer or calls more often, whatever its agents do", async () => {
    const child = {
      ...workflowOfSteps([agentStep({ id: "x", agent: "@test/hanging", policies: brief(2) })], policies),
      metadata: { id: "child", name: "Child" },
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(drawnStep, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(400, 300_000),
        async (drawn, maxConcurrentSteps, globalTimeoutMs) => {
          const workflow = workflowOfSteps(stepsOf(drawn), { maxConcurrentSteps, globalTimeoutMs, gracePeriodMs: 100 });
          const { timeMs, attempts } = bounds(workflow, { workflows: [child] });
          const clock = new VirtualClock();
          let calls = 0;
          const agents = [
            agentOf("@test/hanging", () => {
              calls++;
              return new Promise(() => undefined);
            }),
            agentOf("@test/failing", () => {
              calls++;
              throw new RetryableError("never");
            }),
            agentOf("@test/slow", async () => {
              calls++;
              await clock.sleep(250);
              return {};
            }),
          ];
          const engine = createEngine({ agents, workflows: [child], clock });
          const { execution } = await engine.start(workflow);
          await clock.advance(timeMs ?? Number.NaN);
          expect(["completed", "failed"]).toContain(execution.view().status);
          expect(calls).toBeLessThanOrEqual(attempts ?? Number.NaN);
        },
      ),
      { numRuns: 150 },
    );
  });
});
