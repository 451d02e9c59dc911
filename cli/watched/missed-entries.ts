import type { ExecutionEvent, JournalEntry } from "../../lib/engine/events.ts";
import type { ExecutionView, StepView } from "../../lib/engine/view.ts";

/**
 * What must have happened between two views, as far as a display has a line for it: the ends of steps and what they wait
 * for. For a reader that was told how things stand in place of the events between.
 */
export function missedEntries(before: ExecutionView | undefined, after: ExecutionView): readonly JournalEntry[] {
  const { executionId, sequence } = after;
  return Object.entries(after.steps).flatMap(([stepId, step]): readonly JournalEntry[] => {
    if (step.status === before?.steps[stepId]?.status) return [];
    const event = eventOf(stepId, step);
    const elapsedMs = (step.startedMs ?? 0) + (step.durationMs ?? 0);
    return event === undefined ? [] : [{ executionId, sequence, elapsedMs, event }];
  });
}

function eventOf(stepId: string, step: StepView): ExecutionEvent | undefined {
  const { status, attempts, durationMs = 0, output = null, error, reusedFrom, fallbackStepId } = step;
  switch (status) {
    case "running":
    case "retrying":
    case "repeating":
      return { type: "step.started", stepId, input: null };
    case "mapping":
      return { type: "step.expanded", stepId, items: step.items?.total ?? 0 };
    case "waiting": {
      const { signal, until } = step.waitsFor ?? {};
      const wakeAt = until === undefined ? {} : { wakeAt: Date.parse(until) };
      return { type: "wait.started", stepId, ...(signal !== undefined && { signal }), ...wakeAt };
    }
    case "completed":
      return {
        type: "step.completed",
        stepId,
        output,
        attempts,
        durationMs,
        ...(reusedFrom !== undefined && { reusedFrom }),
      };
    case "failed":
      return error && { type: "step.failed", stepId, error, attempts, durationMs };
    case "recovered":
      return { type: "step.recovered", stepId, fallbackStepId: fallbackStepId ?? "", output };
    case "skipped":
      return { type: "step.skipped", stepId, reason: step.skipped ?? "condition" };
    case "cancelled":
      return { type: "step.cancelled", stepId, forced: step.forced === true };
    case "pending":
    case "ready":
    case "recovering":
      return undefined;
  }
}
