import { expect, test } from "bun:test";
import type { ExecutionView, StepView } from "../../lib/engine/view.ts";
import { missedEntries } from "./missed-entries.ts";

const error = { name: "Error", code: "UNKNOWN", message: "no", isRetryable: false };

function viewOf(step: Omit<StepView, "attempts">): ExecutionView {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is not here is not looked at
  return { executionId: "e", sequence: 9, steps: { a: { attempts: 1, ...step } } } as unknown as ExecutionView;
}

test.each<readonly [Omit<StepView, "attempts">, object | undefined]>([
  [{ status: "running" }, { type: "step.started" }],
  [{ status: "mapping" }, { type: "step.expanded", items: 0 }],
  [{ status: "waiting" }, { type: "wait.started" }],
  [
    { status: "completed", output: 1, durationMs: 5 },
    { type: "step.completed", output: 1, durationMs: 5 },
  ],
  [
    { status: "failed", error },
    { type: "step.failed", error },
  ],
  [
    { status: "recovered", fallbackStepId: "f", output: 2 },
    { type: "step.recovered", fallbackStepId: "f", output: 2 },
  ],
  [{ status: "skipped" }, { type: "step.skipped", reason: "condition" }],
  [
    { status: "cancelled", forced: true },
    { type: "step.cancelled", forced: true },
  ],
  [{ status: "ready" }, undefined],
])("a reader that finds a step %j was not told of %j", (step, event) => {
  const expected = event === undefined ? [] : [{ executionId: "e", sequence: 9, event: { stepId: "a", ...event } }];
  expect(missedEntries(undefined, viewOf(step))).toMatchObject(expected);
  expect(missedEntries(viewOf(step), viewOf(step))).toEqual([]);
});
