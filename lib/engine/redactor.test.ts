import { expect, test } from "bun:test";
import type { AnyAgent } from "../agents/agent.ts";
import type { JsonValue } from "../json.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { Step, Template } from "../workflow.ts";
import { createEngine } from "./create-engine.ts";
import type { EventType } from "./events.ts";
import { agentOf, agentStep, echo, outputOf, reference, workflowOfSteps } from "./fixtures/workflow-of.ts";

const marked = { type: "object", properties: { token: { type: "string", "x-sensitive": true } } } as const;
const keeper: AnyAgent = {
  ...agentOf("@test/keeper", (input: JsonValue) => input),
  input: marked,
  output: marked,
};
const failing = agentOf("@test/failing", () => {
  throw new TypeError("broken");
});
const given: Template = { kind: "literal", value: { token: "given-secret", open: 1 } };
const hidden = { token: "[redacted]", open: 1 };

/** What the journal shows of the events that have a value in them, by their types; and the result and the view. */
async function shown(steps: readonly Step[]) {
  const clock = new VirtualClock();
  const engine = createEngine({ agents: [echo, keeper, failing], clock });
  const { execution } = await engine.start(workflowOfSteps(steps));
  await clock.advance(10_000);
  const entries = await engine.journal.read(execution.id);
  const valuesOf = (type: EventType): readonly JsonValue[] =>
    entries.flatMap(({ event }) => {
      if (event.type !== type) return [];
      return "input" in event ? [event.input] : "output" in event && event.output !== undefined ? [event.output] : [];
    });
  return { result: await execution.result, view: execution.view(), entries, valuesOf };
}

test("what schemas call sensitive is hidden in items, and in all of them together", async () => {
  const items = { kind: "value", value: [{ token: "one-secret" }, { token: "two-secret" }] } as const;
  const input: Template = { kind: "expression", expression: reference("item") };
  const { result, view, entries, valuesOf } = await shown([
    agentStep({ id: "all", agent: "@test/keeper", input, forEach: { items } }),
  ]);
  const mark = { token: "[redacted]" };
  expect(valuesOf("item.started")).toEqual([mark, mark]);
  expect(valuesOf("item.completed")).toEqual([mark, mark]);
  expect(valuesOf("step.completed")).toEqual([[mark, mark]]);
  expect(JSON.stringify({ view, entries })).not.toContain("-secret");
  expect(result).toMatchObject({ output: { all: items.value } });
});

test("what schemas call sensitive is hidden in iterations", async () => {
  const index = reference("output", "open");
  const until = { kind: "comparison", operator: ">", left: index, right: { kind: "value", value: 1 } } as const;
  const { view, entries, valuesOf } = await shown([
    agentStep({ id: "poll", agent: "@test/keeper", input: given, repeat: { until, maxIterations: 2, delayMs: 10 } }),
  ]);
  expect(valuesOf("iteration.completed")).toEqual([hidden]);
  expect(JSON.stringify({ view, entries })).not.toContain("-secret");
});

test("what schemas call sensitive is hidden in compensations", async () => {
  const { view, entries, valuesOf } = await shown([
    agentStep({
      id: "a",
      agent: "@test/keeper",
      input: given,
      compensate: { agent: { id: "@test/keeper" }, input: outputOf("a") },
    }),
    agentStep({ id: "b", agent: "@test/failing", dependencies: ["a"] }),
  ]);
  expect(valuesOf("compensation.started")).toEqual([hidden]);
  expect(valuesOf("compensation.completed")).toEqual([hidden]);
  expect(JSON.stringify({ view, entries })).not.toContain("-secret");
});

test("what schemas call sensitive is hidden in the output that a step has from its fallback", async () => {
  const { result, view, entries, valuesOf } = await shown([
    agentStep({ id: "a", agent: "@test/failing", onError: "fallback", fallbackStepId: "spare" }),
    agentStep({ id: "spare", agent: "@test/keeper", input: given }),
  ]);
  expect(valuesOf("step.recovered")).toEqual([hidden]);
  expect(JSON.stringify({ view, entries })).not.toContain("-secret");
  expect(result).toMatchObject({ output: { a: { token: "given-secret" } } });
});
