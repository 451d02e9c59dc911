import type { ErrorRecord, ExecutionEvent } from "./events.ts";
import type { PlannedStep } from "./plan.ts";

/** How a step's failure goes on: to its fallback when it has one, else it is final. */
export function failStep(
  planned: PlannedStep,
  error: ErrorRecord,
  attempts: number,
  durationMs: number,
): ExecutionEvent {
  const { onError, fallbackStepId } = planned.step;
  if (onError === "fallback" && fallbackStepId !== undefined) {
    return { type: "step.falling_back", stepId: planned.id, fallbackStepId, error };
  }
  return { type: "step.failed", stepId: planned.id, error, attempts, durationMs };
}
