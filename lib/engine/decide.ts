import { evaluateCondition } from "../expression/evaluate.ts";
import { renderTemplate } from "../expression/render-template.ts";
import { errorRecord } from "./error-record.ts";
import type { ExecutionEvent } from "./events.ts";
import { failStep } from "./fail-step.ts";
import type { PlannedStep } from "./plan.ts";
import { executionScope } from "./scope.ts";
import { isTerminal, type ExecutionState } from "./state.ts";
import { roundMs } from "./round-ms.ts";

/**
 * What happens next without anything from outside: the events to record now, in order. Empty means that the execution
 * waits for an attempt, a timer or its end. Pure; it looks only at steps that became due, so its cost does not grow with
 * the workflow.
 */
export function decide(state: ExecutionState): readonly ExecutionEvent[] {
  if (isTerminal(state.status)) return [];
  if (state.stopping !== undefined) return decideStop(state);
  if (state.unhandled !== undefined) return [{ type: "execution.failing", ...state.unhandled }];
  const events: ExecutionEvent[] = [];
  for (let position = state.decided; position < state.due.length; position++) {
    const step = state.plan.steps[state.due[position] ?? -1];
    if (step !== undefined) events.push(decideStep(state, step));
  }
  if (events.length === 0 && state.settled === state.plan.steps.length) return [complete(state)];
  return events;
}

/** Queued and backing-off steps end at once; the end comes when the running ones have stopped. */
function decideStop(state: ExecutionState): readonly ExecutionEvent[] {
  if (state.queued > 0) {
    return state.plan.steps
      .filter(({ index }) => state.steps[index]?.status === "ready" || state.steps[index]?.status === "retrying")
      .map(({ id }) => ({ type: "step.cancelled", stepId: id, forced: false }));
  }
  if (state.running > 0 || state.stopping === undefined) return [];
  return state.stopping.kind === "failing"
    ? [{ type: "execution.failed", error: state.stopping.error }]
    : [{ type: "execution.cancelled", reason: state.stopping.reason }];
}

function decideStep(state: ExecutionState, planned: PlannedStep): ExecutionEvent {
  const current = state.steps[planned.index];
  if (current?.status === "recovering") return recover(state, planned, current);
  if (planned.fallbackOwner !== undefined && state.steps[planned.fallbackOwner]?.status !== "recovering") {
    return { type: "step.skipped", stepId: planned.id, reason: "fallback-not-needed" };
  }
  const { condition } = planned.step;
  try {
    if (condition === undefined || evaluateCondition(condition, executionScope(state))) {
      return { type: "step.ready", stepId: planned.id };
    }
    return { type: "step.skipped", stepId: planned.id, reason: "condition" };
  } catch (error) {
    return failStep(planned, errorRecord(error, false, 0), 0, 0);
  }
}

function recover(
  state: ExecutionState,
  owner: PlannedStep,
  current: Extract<ExecutionState["steps"][number], { status: "recovering" }>,
): ExecutionEvent {
  const fallback = owner.fallback === undefined ? undefined : state.plan.steps[owner.fallback];
  const outcome = fallback === undefined ? undefined : state.steps[fallback.index];
  if (fallback !== undefined && outcome?.status === "completed") {
    return { type: "step.recovered", stepId: owner.id, fallbackStepId: fallback.id, output: outcome.output };
  }
  const { error, attempts, startedMs } = current;
  return { type: "step.failed", stepId: owner.id, error, attempts, durationMs: roundMs(state.elapsedMs - startedMs) };
}

function complete(state: ExecutionState): ExecutionEvent {
  const { output } = state.plan.workflow;
  if (output === undefined) return { type: "execution.completed" };
  try {
    return { type: "execution.completed", output: renderTemplate(output, executionScope(state)) };
  } catch (error) {
    return { type: "execution.failed", error: errorRecord(error, false) };
  }
}
