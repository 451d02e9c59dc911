import { renderTemplate } from "../expression/render-template.ts";
import { errorRecord } from "./error-record.ts";
import type { ExecutionEvent } from "./events.ts";
import { executionScope } from "./scope.ts";
import type { ExecutionState, StepState } from "./state.ts";
import { addressOf } from "./unit-address.ts";

/**
 * How a stopping execution goes on. What only waits ends at once; when what runs has stopped, completed steps are
 * compensated, the last first, one after the other; then comes the end.
 */
export function decideStop(state: ExecutionState): readonly ExecutionEvent[] {
  if (state.queued + state.sleeping > 0) {
    const cancelled = cancelWaiting(state);
    if (cancelled.length > 0) return cancelled;
  }
  if (state.queued + state.running + state.children > 0 || state.stopping === undefined) return [];
  const next = state.undo.at(-1);
  if (next !== undefined) return [compensate(state, next)];
  return state.stopping.kind === "failing"
    ? [{ type: "execution.failed", error: state.stopping.error }]
    : [{ type: "execution.cancelled", reason: state.stopping.reason }];
}

/** Compensations are not cancelled: they are what the stop is for. */
function cancelWaiting(state: ExecutionState): readonly ExecutionEvent[] {
  const events: ExecutionEvent[] = [];
  for (const [unit, { status }] of state.units.entries()) {
    if (!waits.has(status)) continue;
    const { stepId, item, compensating } = addressOf(state, unit);
    if (compensating) continue;
    if (item === undefined) events.push({ type: "step.cancelled", stepId, forced: false });
    else events.push({ type: "item.cancelled", stepId, item, forced: false });
  }
  return events;
}

const waits: ReadonlySet<StepState["status"]> = new Set(["ready", "retrying", "repeating", "waiting"] as const);

function compensate(state: ExecutionState, index: number): ExecutionEvent {
  const { step, id: stepId } = state.plan.steps[index] ?? {};
  const template = step?.kind === "wait" ? undefined : step?.compensate?.input;
  if (stepId === undefined || template === undefined) {
    throw new Error(`Cannot compensate step ${index} of execution "${state.executionId}": it says not how`);
  }
  // A unit that is there was started before, and could not be: its input had no value.
  try {
    return { type: "compensation.started", stepId, input: renderTemplate(template, executionScope(state)) };
  } catch (error) {
    return { type: "compensation.failed", stepId, error: errorRecord(error, false, 0), attempts: 0, durationMs: 0 };
  }
}
