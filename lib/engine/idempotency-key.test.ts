import { describe, expect, test } from "bun:test";
import { RetryableError } from "../errors.ts";
import { MemoryJournal } from "../journal/memory-journal.ts";
import type { JsonValue } from "../json.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { Template } from "../workflow.ts";
import { createEngine } from "./create-engine.ts";
import { agentOf, agentStep, echo, reference, value, workflowOf, workflowOfSteps } from "./fixtures/workflow-of.ts";

/** An agent that keeps its keys, and fails or hangs as often as it is told. */
function keeper(failures = 0, hangs = 0) {
  const keys: string[] = [];
  const agent = agentOf("@test/keeper", (input: JsonValue, { idempotencyKey }) => {
    keys.push(idempotencyKey);
    if (keys.length <= failures) throw new RetryableError("not yet");
    return keys.length <= failures + hangs ? new Promise(() => undefined) : input;
  });
  return { agent, keys };
}

const orderKey: Template = { kind: "text", parts: ["order-", reference("input", "order")] };
const keyed = { agent: "@test/keeper", policies: { idempotencyKey: orderKey } } as const;

describe("a step's idempotency key", () => {
  test("takes the place of the usual one in every attempt, also after a restart", async () => {
    const clock = new VirtualClock();
    const journal = new MemoryJournal({ clock });
    const { agent, keys } = keeper(1, 1);
    const dying = createEngine({ agents: [agent], clock, journal });
    const { execution } = await dying.start(workflowOf([{ id: "a", ...keyed }]), { input: { order: 7 } });
    await clock.advance(10_000);
    const next = journal.handle();
    await journal.close();
    const resumed = await createEngine({ agents: [agent], clock, journal: next }).resume(execution.id);
    await clock.advance(0);
    expect(await resumed.result).toMatchObject({ status: "completed" });
    expect(keys).toEqual(["order-7", "order-7", "order-7"]);
  });

  test("is another one for each item, each iteration, and for what undoes the step", async () => {
    const { agent, keys } = keeper();
    const engine = createEngine({ agents: [agent, echo] });
    const isDone = {
      kind: "comparison",
      operator: "==",
      left: reference("index"),
      right: reference("output"),
    } as const;
    const workflow = workflowOfSteps([
      agentStep({
        id: "a",
        agent: "@test/keeper",
        forEach: { items: { kind: "value", value: ["x", "y"] }, maxConcurrency: 1 },
        input: { kind: "literal", value: 0 },
        repeat: { until: isDone, maxIterations: 2 },
        compensate: { agent: { id: "@test/keeper" }, input: { kind: "literal", value: null } },
        policies: { idempotencyKey: value("item") },
      }),
      agentStep({ id: "b", dependencies: ["a"], input: value("input", "missing") }),
    ]);
    const { execution } = await engine.start(workflow);
    await execution.result;
    expect(keys).toEqual(["x", "y", "y~2", `${execution.id}:a/compensate`]);
  });

  test.each([["two words"], [""], ["ümlaut"], ["x".repeat(256)]])("fails the step when it is %j", async (order) => {
    const { agent, keys } = keeper();
    const engine = createEngine({ agents: [agent] });
    const policies = { idempotencyKey: value("input", "order") };
    const { execution } = await engine.start(workflowOf([{ id: "a", agent: "@test/keeper", policies }]), {
      input: { order },
    });
    expect(await execution.result).toMatchObject({
      status: "failed",
      error: {
        code: "EXPR_TYPE_MISMATCH",
        message: 'Cannot call the agent of step "a": its idempotency key must be 1 to 255 visible ASCII characters',
      },
    });
    expect(keys).toEqual([]);
  });
});
