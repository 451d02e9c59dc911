import type { JsonValue } from "../json.ts";
import { evaluateCondition } from "../expression/evaluate.ts";
import { renderTemplate } from "../expression/render-template.ts";
import { decideStop } from "./decide-stop.ts";
import { errorRecord } from "./error-record.ts";
import type { ExecutionEvent } from "./events.ts";
import { failStep } from "./fail-step.ts";
import type { PlannedStep } from "./plan.ts";
import { roundMs } from "./round-ms.ts";
import { executionScope } from "./scope.ts";
import { isSettled, isTerminal, type ExecutionState, type StepState } from "./state.ts";

/**
 * What happens next without anything from outside: the events to record now, in order. Empty means that the execution
 * waits for an attempt, a timer or its end. Pure; it looks only at steps that became due, so its cost does not grow with
 * the workflow.
 */
export function decide(state: ExecutionState): readonly ExecutionEvent[] {
  if (isTerminal(state.status)) return none;
  if (state.stopping !== undefined) return decideStop(state);
  if (state.unhandled !== undefined) return [{ type: "execution.failing", ...state.unhandled }];
  const { decided, due, plan } = state;
  if (decided === due.length) return state.settled === plan.steps.length ? [complete(state)] : none;
  // Most often one step follows another, and an array that is made whole is smaller than one that grows.
  if (decided + 1 === due.length) return decideAt(state, decided);
  const events: ExecutionEvent[] = [];
  for (let position = decided; position < due.length; position++) events.push(...decideAt(state, position));
  return events;
}

function decideAt(state: ExecutionState, position: number): readonly ExecutionEvent[] {
  const index = state.due[position] ?? -1;
  const step = state.plan.steps[index];
  const unit = state.units[index];
  // A step that was reused is settled before its turn comes.
  return step === undefined || unit === undefined || isSettled(unit) ? none : [decideStep(state, step)];
}

const none: readonly ExecutionEvent[] = [];

function decideStep(state: ExecutionState, planned: PlannedStep): ExecutionEvent {
  const current = state.units[planned.index];
  switch (current?.status) {
    case "recovering":
      return recover(state, planned, current);
    case "mapping":
      return gather(state, planned, current);
    case "waiting":
      return arrive(state, planned, current);
    default:
      return begin(state, planned);
  }
}

function begin(state: ExecutionState, planned: PlannedStep): ExecutionEvent {
  if (planned.fallbackOwner !== undefined && state.units[planned.fallbackOwner]?.status !== "recovering") {
    return { type: "step.skipped", stepId: planned.id, reason: "fallback-not-needed" };
  }
  const { condition } = planned.step;
  if (condition === undefined) return { type: "step.ready", stepId: planned.id };
  try {
    if (evaluateCondition(condition, executionScope(state))) return { type: "step.ready", stepId: planned.id };
    return { type: "step.skipped", stepId: planned.id, reason: "condition" };
  } catch (error) {
    return failStep(planned, errorRecord(error, false, 0), 0, 0);
  }
}

type In<Status extends StepState["status"]> = Extract<StepState, { readonly status: Status }>;

function recover(state: ExecutionState, owner: PlannedStep, current: In<"recovering">): ExecutionEvent {
  const fallback = owner.fallback === undefined ? undefined : state.plan.steps[owner.fallback];
  const outcome = fallback === undefined ? undefined : state.units[fallback.index];
  if (fallback !== undefined && outcome?.status === "completed") {
    return { type: "step.recovered", stepId: owner.id, fallbackStepId: fallback.id, output: outcome.output };
  }
  const { error, attempts, startedMs } = current;
  return { type: "step.failed", stepId: owner.id, error, attempts, durationMs: roundMs(state.elapsedMs - startedMs) };
}

/** All items have ended, or one has failed and no other runs. */
function gather(state: ExecutionState, planned: PlannedStep, current: In<"mapping">): ExecutionEvent {
  const durationMs = roundMs(state.elapsedMs - current.startedMs);
  if (current.failure !== undefined) {
    return failStep(planned, current.failure.error, current.failure.attempts, durationMs);
  }
  const first = state.firstItems?.get(planned.index) ?? 0;
  const output: JsonValue[] = [];
  let attempts = 0;
  for (let unit = first; unit < first + current.items; unit++) {
    const item = state.units[unit];
    output.push(item?.status === "completed" ? item.output : null);
    attempts += item?.status === "completed" ? item.attempts : 0;
  }
  return { type: "step.completed", stepId: planned.id, output: Object.freeze(output), attempts, durationMs };
}

/** The signal that the step waited for has come. */
function arrive(state: ExecutionState, planned: PlannedStep, current: In<"waiting">): ExecutionEvent {
  const durationMs = roundMs(state.elapsedMs - current.startedMs);
  const output = current.delivered?.payload ?? null;
  return { type: "step.completed", stepId: planned.id, output, attempts: 1, durationMs };
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
