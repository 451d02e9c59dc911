import { describe, expect, test } from "bun:test";
import { defineWorkflow } from "../dsl/define.ts";
import { defineAgent } from "../lib/agents/define-agent.ts";
import {
  assertCancelled,
  assertCompensated,
  assertCompleted,
  assertFailed,
  assertOpenedCircuit,
  assertRanInOrder,
  assertRecovered,
  assertRetried,
  assertSkipped,
  assertTimedOut,
} from "./assertions.ts";
import { createHarness } from "./harness.ts";
import { patterns } from "./patterns.ts";
import "./matchers.bun.ts";

const down = defineAgent({
  id: "@test/down",
  version: "1.0.0",
  execute: () => {
    throw new Error("down");
  },
});
const spare = defineAgent({ id: "@test/spare", version: "1.0.0", execute: () => "spare" });

/** A circuit opens, a fallback recovers, and a step is skipped. */
const eventful = defineWorkflow({
  id: "eventful",
  version: "1.0.0",
  input: { type: "object", properties: { more: { type: "boolean" } } },
  steps: ({ input, step }) => {
    step("call", {
      agent: down,
      input: {},
      policies: { retry: { maxAttempts: 3 }, circuitBreaker: { failureThreshold: 2 } },
      onError: "fallback",
      fallback: step("spare", { agent: spare, input: {} }),
    });
    step("more", { agent: spare, input: {}, condition: input.more });
  },
});

describe("assertions and matchers", () => {
  test("tell circuits, fallbacks and skipped steps", async () => {
    await using harness = createHarness();
    const run = await harness.run(eventful, { more: false });
    expect(run).toHaveOpenedCircuit("@test/down");
    expect(run).toHaveRecovered("call");
    expect(run).toHaveSkipped("more");
    expect(run).not.toHaveTimedOut("call");
  });

  test("say what is so instead", async () => {
    await using harness = createHarness();
    const run = await harness.run(patterns.sequential(2));
    const complaints: readonly (readonly [() => void, string])[] = [
      [() => assertFailed(run), "to have failed, and it completed"],
      [() => assertCompleted(run, { n: 3 }), 'to have completed with {"n":3}, and its output is {"n":2}'],
      [() => assertCancelled(run), "to have been cancelled, and it completed"],
      [() => assertRetried(run, "s1", 2), 'to have retried "s1" 2 times, and it retried it 0 times'],
      [() => assertRanInOrder(run, ["s2", "s1"]), 'and they started in the order "s1", "s2"'],
      [() => assertOpenedCircuit(run, "@x/y"), 'to have opened the circuit "@x/y", and no circuit opened'],
      [() => assertTimedOut(run, "s1"), 'to have timed out in "s1", and no attempt timed out'],
      [() => assertSkipped(run, "s1"), 'to have skipped "s1", and skipped were none'],
      [() => assertRecovered(run, "s1"), 'to have recovered "s1" by its fallback, and recovered were none'],
      [() => assertCompensated(run, ["s1"]), 'to have compensated "s1" in this order, and compensated were none'],
    ];
    for (const [claim, complaint] of complaints) expect(claim).toThrow(complaint);
    expect(() => expect(run).toHaveRetried("s1", 1)).toThrow(/retried "s1" once[\s\S]*\+0 ms {2}s2 +completed/);
  });

  test("refuse what is no run", () => {
    expect(() => expect({}).toHaveCompleted()).toThrow("what is expected must come from harness.run()");
  });
});
