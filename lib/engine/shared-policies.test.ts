import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { echo, workflowOf } from "./fixtures/workflow-of.ts";
import { createAgentRegistry } from "../agents/registry.ts";
import { prepare, type PreparedCall } from "./prepare.ts";
import { SharedPolicies } from "./shared-policies.ts";

function callWith(failureThreshold: number): PreparedCall {
  const workflow = workflowOf([{ id: "a", policies: { circuitBreaker: { failureThreshold } } }]);
  const children = { agentFor: () => echo };
  const [step] = prepare(workflow, createAgentRegistry([echo]), children).steps;
  if (step?.call === undefined) throw new Error("the workflow has no step");
  return step.call;
}

/** Whether a circuit with these settings is open, found out by a call. */
async function isOpen(shared: SharedPolicies, call: PreparedCall): Promise<boolean> {
  const outcome = await shared
    .policyFor(call)(() => "called")({ key: "k" })
    .catch((error: unknown) => error);
  return outcome !== "called";
}

async function open(shared: SharedPolicies, call: PreparedCall): Promise<void> {
  const fail = (): never => {
    throw new Error("down");
  };
  await shared
    .policyFor(call)(fail)({ key: "k" })
    .catch(() => undefined);
}

describe("SharedPolicies", () => {
  test("shares a circuit between steps with equal settings and no others", async () => {
    const shared = new SharedPolicies(new VirtualClock());
    await open(shared, callWith(1));
    expect([await isOpen(shared, callWith(1)), await isOpen(shared, callWith(2))]).toEqual([true, false]);
  });

  test("forgets the settings unused for longest when there are more than 1,000", async () => {
    const shared = new SharedPolicies(new VirtualClock());
    await open(shared, callWith(1));
    for (let threshold = 2; threshold <= 999; threshold++) shared.policyFor(callWith(threshold));
    expect(await isOpen(shared, callWith(1))).toBe(true);
    for (let threshold = 1_000; threshold <= 2_500; threshold++) shared.policyFor(callWith(threshold));
    expect(await isOpen(shared, callWith(1))).toBe(false);
  });
});
