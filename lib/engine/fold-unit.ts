import type { PlannedStep } from "./plan.ts";
import { isSettled, pending, type ExecutionState, type MutableExecutionState, type StepState } from "./state.ts";
import { partOf } from "./unit-address.ts";
import { transition, type UnitEvent } from "./unit-transition.ts";

/** Folds an event about a step, one of its items or its compensation, and what it means for others. */
export function foldUnit(state: MutableExecutionState, elapsedMs: number, event: UnitEvent): void {
  const index = state.plan.indexOf.get(event.stepId);
  const step = index === undefined ? undefined : state.plan.steps[index];
  if (step === undefined) throw misplaced(state, `unknown step "${event.stepId}"`);
  const undoes = event.type === "compensation.started" || event.type === "compensation.failed";
  if (undoes && !state.compensations?.has(step.index)) addCompensation(state, step);
  const unit = unitIn(state, step.index, event);
  const before = unit === undefined ? undefined : state.units[unit];
  if (unit === undefined || before === undefined)
    throw misplaced(state, `"${event.type}" for a part of "${step.id}" that is not there`);
  if (isSettled(before)) throw misplaced(state, `"${event.type}" for step "${step.id}", which is ${before.status}`);
  countUsage(state.usage, step.isChild, event);
  const after = transition(before, elapsedMs, event);
  state.units[unit] = after;
  countUnit(state, step, before, -1);
  countUnit(state, step, after, 1);
  if (unit === step.index) return foldStep(state, step, event, after);
  if ("item" in event && event.item !== undefined) foldItem(state, step, event, before, after);
  else if (isSettled(after)) state.undo.pop();
}

/** Adds what an event tells of calls, tokens and money. A child's calls come with its end. */
export function countUsage(usage: MutableExecutionState["usage"], isChild: boolean, event: UnitEvent): void {
  switch (event.type) {
    case "attempt.started":
      if (!isChild) usage.calls++;
      return;
    case "iteration.completed":
    case "step.completed":
    case "item.completed":
    case "compensation.completed": {
      const { calls = 0, tokens = 0, usd = 0 } = event.usage ?? {};
      usage.calls += calls;
      usage.tokens += tokens;
      usage.usd += usd;
      return;
    }
    default:
  }
}

/** The unit that an event changes. `compensation.*` events are about the compensation, though they name its step. */
function unitIn(state: ExecutionState, step: number, event: UnitEvent): number | undefined {
  switch (event.type) {
    case "compensation.started":
    case "compensation.completed":
    case "compensation.failed":
      return state.compensations?.get(step);
    case "item.started":
    case "item.completed":
    case "item.failed":
    case "item.cancelled":
    case "iteration.completed":
    case "attempt.started":
    case "attempt.interrupted":
    case "retry.scheduled":
      return partOf(state, step, event);
    default:
      return step;
  }
}

function foldStep(state: MutableExecutionState, step: PlannedStep, event: UnitEvent, after: StepState): void {
  if (state.due[state.decided] === step.index) takeDue(state);
  if (event.type === "step.falling_back" && step.fallback !== undefined) unlock(state, step.fallback);
  if (after.status === "mapping") addItems(state, step, after.items);
  if (after.status === "waiting") listen(state, step.index, after);
  if (isSettled(after)) settle(state, step, after);
  // A step that was reused settled before its turn to be decided came.
  for (let next = nextDue(state); next !== undefined && isSettled(next); next = nextDue(state)) takeDue(state);
}

function nextDue({ units, due, decided }: MutableExecutionState): StepState | undefined {
  return decided < due.length ? units[due[decided] ?? 0] : undefined;
}

function addItems(state: MutableExecutionState, step: PlannedStep, items: number): void {
  (state.firstItems ??= new Map()).set(step.index, state.units.length);
  for (let item = 0; item < items; item++) {
    state.units.push(pending);
    state.extras.push({ step: step.index, item });
  }
  if (items === 0) state.due.push(step.index);
}

function addCompensation(state: MutableExecutionState, step: PlannedStep): void {
  (state.compensations ??= new Map()).set(step.index, state.units.length);
  state.units.push(pending);
  state.extras.push({ step: step.index, item: undefined });
}

function foldItem(
  state: MutableExecutionState,
  step: PlannedStep,
  event: UnitEvent,
  before: StepState,
  after: StepState,
): void {
  const whole = state.units[step.index];
  if (whole?.status !== "mapping")
    throw misplaced(state, `"${event.type}" for an item of "${step.id}", which is ${whole?.status}`);
  let { active, ended, failure } = whole;
  if (before.status === "pending") active++;
  if (isSettled(after)) {
    active--;
    ended++;
    if (after.status === "failed") failure ??= { error: after.error, attempts: after.attempts };
  }
  state.units[step.index] = { ...whole, active, ended, failure };
  if (isSettled(after) && (ended === whole.items || (failure !== undefined && active === 0)))
    state.due.push(step.index);
}

function listen(state: MutableExecutionState, index: number, step: Extract<StepState, { status: "waiting" }>): void {
  if (step.signal === undefined) return;
  const kept = state.signals?.get(step.signal);
  if (kept !== undefined && kept.length > 0) {
    state.units[index] = { ...step, delivered: { payload: kept.shift() ?? null } };
    state.due.push(index);
    return;
  }
  const listeners = state.listeners?.get(step.signal);
  if (listeners === undefined) (state.listeners ??= new Map()).set(step.signal, [index]);
  else listeners.push(index);
}

function countUnit(state: MutableExecutionState, step: PlannedStep, unit: StepState, by: 1 | -1): void {
  switch (unit.status) {
    case "running":
      if (step.isChild) state.children += by;
      else state.running += by;
      return;
    case "ready":
    case "retrying":
      state.queued += by;
      return;
    case "waiting":
    case "repeating":
      state.sleeping += by;
      return;
    default:
  }
}

function takeDue(state: MutableExecutionState): void {
  state.decided++;
  if (state.decided < state.due.length) return;
  state.due.length = 0;
  state.decided = 0;
}

function unlock(state: MutableExecutionState, index: number): void {
  const left = (state.waiting[index] ?? 0) - 1;
  state.waiting[index] = left;
  if (left === 0) state.due.push(index);
}

function settle(state: MutableExecutionState, step: PlannedStep, after: StepState): void {
  state.settled++;
  if (after.status === "completed" && step.isCompensated) state.undo.push(step.index);
  // A fallback's outcome, good or bad, is its owner's to deal with.
  if (step.fallbackOwner !== undefined) {
    if (state.units[step.fallbackOwner]?.status === "recovering") state.due.push(step.fallbackOwner);
    return;
  }
  if (after.status === "failed" && step.step.onError !== "continue") {
    state.unhandled ??= { stepId: step.id, error: after.error };
    return;
  }
  if (step.fallback !== undefined && state.units[step.fallback]?.status === "pending") state.due.push(step.fallback);
  for (const dependent of step.dependents) unlock(state, dependent);
}

function misplaced(state: ExecutionState, what: string): Error {
  return new Error(`Cannot fold the journal of execution "${state.executionId}": it holds ${what}`);
}
