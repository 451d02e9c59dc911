import type { JsonValue } from "../json.ts";
import type { ErrorRecord, ExecutionEvent, UnitAddress, Usage } from "./events.ts";
import { failStep } from "./fail-step.ts";
import type { PlannedStep } from "./plan.ts";
import type { Reusable } from "./reuse-index.ts";
import type { StepState } from "./state.ts";

/** The usual event of all, so it is made without copying the address of a plain step. */
export function attemptStarted(address: UnitAddress, attempt: number): ExecutionEvent {
  const { stepId, item, compensating } = address;
  return item === undefined && compensating === undefined
    ? { type: "attempt.started", stepId, attempt }
    : { type: "attempt.started", ...address, attempt };
}

/** The event of a unit that takes its input, if it does so now: another attempt has the input of the first. */
export function unitStarted(
  { stepId, item, compensating }: UnitAddress,
  { status }: StepState,
  input: JsonValue,
): ExecutionEvent | undefined {
  if (item !== undefined) return status === "pending" ? { type: "item.started", stepId, item, input } : undefined;
  return status === "ready" && !compensating ? { type: "step.started", stepId, input } : undefined;
}

/** The event of a unit that has done its work. */
export function completeUnit(
  { stepId, item, compensating }: UnitAddress,
  facts: {
    readonly output: JsonValue;
    readonly attempts: number;
    readonly durationMs: number;
    readonly usage: Usage | undefined;
  },
): ExecutionEvent {
  const { output, attempts, durationMs, usage } = facts;
  if (item === undefined && compensating === undefined && usage === undefined) {
    return { type: "step.completed", stepId, output, attempts, durationMs };
  }
  const completion = { stepId, output, attempts, durationMs, ...(usage !== undefined && { usage }) };
  if (compensating) return { type: "compensation.completed", ...completion };
  return item === undefined
    ? { type: "step.completed", ...completion }
    : { type: "item.completed", item, ...completion };
}

/** The event of a unit that does not have to run, since an earlier execution has its output. */
export function reuseUnit({ stepId, item }: UnitAddress, { output, executionId }: Reusable): ExecutionEvent {
  const completion = { stepId, output, attempts: 0, durationMs: 0, reusedFrom: executionId };
  return item === undefined
    ? { type: "step.completed", ...completion }
    : { type: "item.completed", item, ...completion };
}

/** How the failure of a unit goes on. A step's own goes to its fallback, if it has one. */
export function failUnit(
  planned: PlannedStep,
  { stepId, item, compensating }: UnitAddress,
  error: ErrorRecord,
  attempts: number,
  durationMs: number,
): ExecutionEvent {
  if (compensating) return { type: "compensation.failed", stepId, error, attempts, durationMs };
  if (item !== undefined) return { type: "item.failed", stepId, item, error, attempts, durationMs };
  return failStep(planned, error, attempts, durationMs);
}

/** The event of a unit that stops before its end. A compensation that is given up on has failed. */
export function cancelUnit({ stepId, item, compensating }: UnitAddress, forced: boolean): ExecutionEvent | undefined {
  if (compensating) return undefined;
  return item === undefined
    ? { type: "step.cancelled", stepId, forced }
    : { type: "item.cancelled", stepId, item, forced };
}
