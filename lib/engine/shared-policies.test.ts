import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { workflowOf } from "./fixtures/workflow-of.ts";
import { attemptPolicies, type AttemptPolicies } from "./resolve-policies.ts";
import { SharedPolicies } from "./shared-policies.ts";

function policiesWith(failureThreshold: number): AttemptPolicies {
  const workflow = workflowOf([{ id: "a", policies: { circuitBreaker: { failureThreshold } } }]);
  const [step] = workflow.steps;
  if (step === undefined) throw new Error("the workflow has no step");
  return attemptPolicies(workflow, step);
}

/** Whether a circuit with these settings is open, found out by a call. */
async function isOpen(shared: SharedPolicies, policies: AttemptPolicies): Promise<boolean> {
  const outcome = await shared
    .policyFor(
      policies,
      "@test/a",
    )(() => "called")({ key: "k" })
    .catch((error: unknown) => error);
  return outcome !== "called";
}

async function open(shared: SharedPolicies, policies: AttemptPolicies): Promise<void> {
  const fail = (): never => {
    throw new Error("down");
  };
  await shared
    .policyFor(
      policies,
      "@test/a",
    )(fail)({ key: "k" })
    .catch(() => undefined);
}

describe("SharedPolicies", () => {
  test("shares a circuit between steps with equal settings and no others", async () => {
    const shared = new SharedPolicies(new VirtualClock());
    await open(shared, policiesWith(1));
    expect([await isOpen(shared, policiesWith(1)), await isOpen(shared, policiesWith(2))]).toEqual([true, false]);
  });

  test("forgets the settings unused for longest when there are more than 1,000", async () => {
    const shared = new SharedPolicies(new VirtualClock());
    await open(shared, policiesWith(1));
    for (let threshold = 2; threshold <= 999; threshold++) shared.policyFor(policiesWith(threshold), "@test/a");
    expect(await isOpen(shared, policiesWith(1))).toBe(true);
    for (let threshold = 1_000; threshold <= 2_500; threshold++) shared.policyFor(policiesWith(threshold), "@test/a");
    expect(await isOpen(shared, policiesWith(1))).toBe(false);
  });
});
