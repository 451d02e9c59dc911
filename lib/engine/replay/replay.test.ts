import { describe, expect, test } from "bun:test";
import type { AnyAgent } from "../../agents/agent.ts";
import { RetryableError, ValidationError } from "../../errors.ts";
import { MemoryJournal } from "../../journal/memory-journal.ts";
import type { JsonValue } from "../../json.ts";
import { VirtualClock } from "../../testing/virtual-clock.ts";
import type { Step, Template, Workflow } from "../../workflow.ts";
import { createEngine } from "../create-engine.ts";
import type { StartOptions } from "../engine.ts";
import type { Execution } from "../execution.ts";
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
} from "../fixtures/workflow-of.ts";
import { recordingOf, type Recording } from "./recording.ts";
import { replay } from "./replay.ts";

const literal = (value: JsonValue): Template => ({ kind: "literal", value });
const item: Template = { kind: "expression", expression: reference("item") };

function flaky(id: string, failures: number, error: () => Error): AnyAgent {
  let calls = 0;
  return agentOf(id, () => {
    if (++calls <= failures) throw error();
    return { calls };
  });
}

const hanging = agentOf("@test/hanging", () => new Promise(() => undefined));
const broken = agentOf("@test/broken", () => {
  throw new TypeError("broken");
});

async function record(
  workflow: Workflow,
  agents: readonly AnyAgent[] = [],
  act: (execution: Execution, clock: VirtualClock) => void | Promise<void> = () => undefined,
  options: StartOptions & { readonly workflows?: readonly Workflow[] } = {},
): Promise<Recording> {
  const clock = new VirtualClock();
  const { workflows = [], ...start } = options;
  const engine = createEngine({ agents: [echo, hanging, broken, ...agents], clock, workflows });
  const { execution } = await engine.start(workflow, start);
  await clock.advance(1);
  await act(execution, clock);
  await clock.advance(10_000_000);
  await execution.result;
  return await recordingOf(engine.journal, execution.id);
}

const until = {
  kind: "comparison",
  operator: ">=",
  left: reference("output", "calls"),
  right: { kind: "value", value: 2 },
} as const;
const counting = (): AnyAgent => {
  let calls = 0;
  return agentOf("@test/count", () => ({ calls: ++calls }));
};

const recordings: readonly (readonly [string, () => Promise<Recording>])[] = [
  [
    "a sequence",
    () =>
      record(
        workflowOf([
          { id: "a", input: literal(1) },
          { id: "b", dependencies: ["a"], input: outputOf("a") },
        ]),
      ),
  ],
  [
    "a fan-out beyond the limit",
    () => record(workflowOf(Array.from({ length: 30 }, (_, index) => ({ id: `s${index}` })))),
  ],
  [
    "retries",
    () => record(workflowOf([{ id: "a", agent: "@test/flaky" }]), [flaky("@test/flaky", 2, () => new Error("no"))]),
  ],
  [
    "a delay that the callee asked for",
    () =>
      record(workflowOf([{ id: "a", agent: "@test/flaky" }]), [
        flaky("@test/flaky", 1, () => new RetryableError("later", { retryAfter: 20_000 })),
      ]),
  ],
  ["a timeout that is retried", () => record(workflowOf([{ id: "a", agent: "@test/hanging" }], { timeoutMs: 1_000 }))],
  [
    "a circuit that opens",
    () =>
      record(workflowOf([{ id: "a", agent: "@test/flaky" }], { circuitBreaker: { failureThreshold: 2 } }), [
        flaky("@test/flaky", 9, () => new Error("down")),
      ]),
  ],
  [
    "an invalid input",
    () =>
      record(workflowOf([{ id: "a", agent: "@test/flaky" }]), [
        flaky("@test/flaky", 9, () => new ValidationError("bad", { issues: [{ pointer: "/a", message: "wrong" }] })),
      ]),
  ],
  [
    "a fallback",
    () =>
      record(workflowOf([{ id: "a", agent: "@test/broken", onError: "fallback", fallbackStepId: "b" }, { id: "b" }])),
  ],
  [
    "a cancellation that is heeded",
    () =>
      record(
        workflowOf([{ id: "a", agent: "@test/heeding" }]),
        [
          agentOf(
            "@test/heeding",
            (_i, _c, signal) =>
              new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
          ),
        ],
        (execution) => void execution.cancel("enough"),
      ),
  ],
  [
    "a cancellation that is not",
    () => record(workflowOf([{ id: "a", agent: "@test/hanging" }]), [], (execution) => void execution.cancel("enough")),
  ],
  [
    "an execution that takes too long",
    () => record(workflowOf([{ id: "a", agent: "@test/hanging" }], { globalTimeoutMs: 500 })),
  ],
  [
    "items",
    () =>
      record(
        workflowOfSteps([
          agentStep({
            id: "all",
            input: item,
            forEach: { items: { kind: "value", value: [1, 2, 3, 4] }, maxConcurrency: 2 },
          }),
        ]),
      ),
  ],
  [
    "iterations",
    () =>
      record(
        workflowOfSteps([
          agentStep({ id: "poll", agent: "@test/count", repeat: { until, maxIterations: 5, delayMs: 60_000 } }),
        ]),
        [counting()],
      ),
  ],
  [
    "a wait",
    () =>
      record(
        workflowOfSteps([
          waitStep("w", { kind: "duration", ms: 500_000 }),
          agentStep({ id: "a", dependencies: ["w"] }),
        ]),
      ),
  ],
  [
    "a signal that does not come",
    () => record(workflowOfSteps([waitStep("w", { kind: "signal", name: "go", timeoutMs: 1_000 })])),
  ],
  [
    "compensation",
    () =>
      record(
        workflowOfSteps([
          agentStep({ id: "a", compensate: { agent: { id: "@test/echo" }, input: outputOf("a") } }),
          agentStep({ id: "b", agent: "@test/broken", dependencies: ["a"] }),
        ]),
      ),
  ],
  [
    "a budget that is used up",
    () =>
      record(
        workflowOfSteps(
          [agentStep({ id: "all", input: item, forEach: { items: { kind: "value", value: [1, 2, 3] } } })],
          { budget: { calls: 2 } },
        ),
      ),
  ],
  [
    "a child",
    () =>
      record(workflowOfSteps([childStep("sub", "test")]), [], undefined, {
        workflows: [workflowOf([{ id: "a", input: literal(5) }])],
      }),
  ],
  [
    "an expression without a value",
    () =>
      record(
        workflowOf([
          { id: "a", input: outputOf("b", "missing"), dependencies: ["b"], onError: "continue" },
          { id: "b" },
        ]),
      ),
  ],
];

describe("replay()", () => {
  test.each(recordings)("makes %s again", async (_name, make) => {
    const recording = await make();
    expect(replay(recording)).toEqual({ executionId: recording.executionId, entries: recording.entries.length });
    // What was written to a file and read again is the same.
    expect(replay(JSON.parse(JSON.stringify(recording)) as Recording).entries).toBe(recording.entries.length);
  });

  test("makes an execution again that ran in three processes, with a signal", async () => {
    const clock = new VirtualClock();
    let journal = new MemoryJournal({ clock });
    const slow = agentOf("@test/slow", () => clock.sleep(1_000));
    const boot = () => createEngine({ agents: [echo, slow], clock, journal });
    const workflow = workflowOfSteps([
      agentStep({ id: "a", agent: "@test/slow" }),
      waitStep("w", { kind: "signal", name: "go" }, { dependencies: ["a"] }),
      agentStep({ id: "b", dependencies: ["w"], input: outputOf("w") }),
    ]);
    const { execution } = await boot().start(workflow);
    for (let round = 0; round < 2; round++) {
      await clock.advance(900);
      const next = journal.handle();
      await journal.close();
      journal = next;
      const engine = boot();
      await engine.resume(execution.id);
      await engine.signal(execution.id, "go", round, { id: "once" });
    }
    await clock.advance(10_000);
    const recording = await recordingOf(journal, execution.id);
    expect(recording.entries.at(-1)?.event.type).toBe("execution.completed");
    expect(replay(recording).entries).toBe(recording.entries.length);
  });

  test.each<[string, Step, object]>([
    ["a step", agentStep({ id: "a", agent: "@test/once" }), { status: "failed" }],
    [
      "an item",
      agentStep({ id: "a", agent: "@test/once", forEach: { items: { kind: "value", value: [1] } } }),
      { status: "failed" },
    ],
    [
      "a step that falls back",
      agentStep({ id: "a", agent: "@test/once", onError: "fallback", fallbackStepId: "spare" }),
      { status: "completed", output: { a: {}, spare: {} } },
    ],
  ])("makes an execution again in which %s was interrupted and must not run twice", async (_what, step, result) => {
    const clock = new VirtualClock();
    const journal = new MemoryJournal({ clock });
    const next = journal.handle();
    const agents = [echo, { ...agentOf("@test/once", () => clock.sleep(1_000)), semantics: "at-most-once" } as const];
    const spare = "fallbackStepId" in step ? [agentStep({ id: "spare" })] : [];
    const { execution } = await createEngine({ agents, clock, journal }).start(workflowOfSteps([step, ...spare]));
    await clock.advance(500);
    await journal.close();
    const resumed = await createEngine({ agents, clock, journal: next }).resume(execution.id);
    await clock.advance(10_000);
    expect(await resumed.result).toMatchObject(result);
    const recording = await recordingOf(next, execution.id);
    expect(recording.entries.map(({ event }) => event.type)).toContain("attempt.interrupted");
    expect(replay(recording).entries).toBe(recording.entries.length);
  });

  test("makes a rerun again, with what it took over", async () => {
    const clock = new VirtualClock();
    const engine = createEngine({ agents: [echo], clock });
    const workflow = workflowOf([{ id: "a" }, { id: "b", dependencies: ["a"] }]);
    const { execution: first } = await engine.start(workflow);
    await clock.advance(0);
    const again = await engine.rerun(first.id, { from: "b" });
    const { execution: reusing } = await engine.start(workflow, { reuse: "unchanged" });
    await clock.advance(0);
    for (const { id } of [again, reusing]) {
      const recording = await recordingOf(engine.journal, id);
      expect(replay(recording).entries).toBe(recording.entries.length);
    }
  });

  test("says where an edited workflow goes another way", async () => {
    const steps = [
      { id: "a", input: literal({ n: 1 }) },
      { id: "b", dependencies: ["a"], input: outputOf("a") },
    ];
    const recording = await record(workflowOf(steps));
    const edited = workflowOf([steps[0] ?? { id: "a" }, { id: "b", dependencies: ["a"], input: outputOf("a", "n") }]);
    expect(() => replay(recording, { workflow: edited })).toThrow(
      /at entry 8 \(step\.started of "b"\): of step\.started of "b", input was \{"n":1\} and is 1$/,
    );
    const longer = workflowOf([...steps, { id: "c", dependencies: ["b"] }]);
    expect(() => replay(recording, { workflow: longer })).toThrow(
      'it was execution.completed and is step.ready of "c"',
    );
  });

  test("says where a recording was changed", async () => {
    const recording = await record(workflowOf([{ id: "a" }, { id: "b", dependencies: ["a"] }]));
    const entries = recording.entries.filter(({ event }) => event.type !== "step.ready" || event.stepId !== "b");
    expect(() => replay({ ...recording, entries })).toThrow("Cannot replay execution");
  });
});
