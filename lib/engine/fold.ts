import type { JournalEntry } from "./events.ts";
import type { Plan, PlannedStep } from "./plan.ts";
import {
  initialState,
  isSettled,
  isTerminal,
  type ExecutionState,
  type MutableExecutionState,
  type StepState,
} from "./state.ts";

/**
 * The state after all of `entries`. The same entries give the same state on every machine, so a crash is undone, a run
 * shown and time travelled by folding a journal.
 */
export function foldAll(plan: Plan, executionId: string, entries: Iterable<JournalEntry>): ExecutionState {
  const state = initialState(plan, executionId);
  for (const entry of entries) fold(state, entry);
  return state;
}

/**
 * Folds one entry into the state.
 *
 * @throws {Error} when the entry cannot follow the ones before it; a journal that does so is corrupt.
 */
export function fold(state: MutableExecutionState, { sequence, elapsedMs, event }: JournalEntry): void {
  if (sequence !== state.sequence + 1) throw misplaced(state, `sequence ${sequence} after ${state.sequence}`);
  if (isTerminal(state.status)) throw misplaced(state, `"${event.type}" after the end`);
  state.sequence = sequence;
  state.elapsedMs = elapsedMs;
  switch (event.type) {
    case "execution.created":
      state.input = event.input;
      state.correlationId = event.correlationId;
      state.createdAt = event.createdAt;
      state.seed = event.seed;
      return;
    case "execution.started":
      state.status = "running";
      state.startedMs = elapsedMs;
      return;
    case "execution.failing":
      state.stopping = { kind: "failing", error: event.error };
      return;
    case "execution.cancelling":
      state.status = "cancelling";
      state.stopping = { kind: "cancelling", reason: event.reason };
      return;
    case "execution.completed":
      state.output = event.output;
      return end(state, "completed");
    case "execution.failed":
      state.error = event.error;
      return end(state, "failed");
    case "execution.cancelled":
      return end(state, "cancelled");
    case "attempt.failed":
    case "attempt.late":
    case "timeout.fired":
    case "circuit.opened":
    case "circuit.half_opened":
    case "circuit.closed":
    case "circuit.rejected":
    case "bulkhead.rejected":
    case "rate_limit.rejected":
    case "step.started":
      return;
    default:
      return foldStep(state, elapsedMs, event);
  }
}

type StepEvent = Extract<
  JournalEntry["event"],
  {
    type:
      | "step.ready"
      | "attempt.started"
      | "retry.scheduled"
      | "step.completed"
      | "step.failed"
      | "step.falling_back"
      | "step.recovered"
      | "step.skipped"
      | "step.cancelled";
  }
>;

function foldStep(state: MutableExecutionState, elapsedMs: number, event: StepEvent): void {
  const index = state.plan.indexOf.get(event.stepId);
  const step = index === undefined ? undefined : state.plan.steps[index];
  const before = index === undefined ? undefined : state.steps[index];
  if (step === undefined || before === undefined) throw misplaced(state, `unknown step "${event.stepId}"`);
  if (isSettled(before)) throw misplaced(state, `"${event.type}" for step "${step.id}", which is ${before.status}`);
  const after = transition(before, elapsedMs, event);
  state.steps[step.index] = after;
  if (state.due[state.decided] === step.index) takeDue(state);
  count(state, before, -1);
  count(state, after, 1);
  if (event.type === "step.falling_back") activate(state, step);
  if (isSettled(after)) settle(state, step, after);
}

function transition(before: StepState, elapsedMs: number, event: StepEvent): StepState {
  const startedMs = "startedMs" in before && before.startedMs !== undefined ? before.startedMs : elapsedMs;
  switch (event.type) {
    case "step.ready":
      return ready;
    case "attempt.started":
      return { status: "running", attempt: event.attempt, startedMs };
    case "retry.scheduled": {
      const { attempt, delayMs } = event;
      return { status: "retrying", attempt, startedMs, wakeMs: elapsedMs + delayMs, delayMs };
    }
    case "step.completed":
      return { status: "completed", startedMs, endedMs: elapsedMs, attempts: event.attempts, output: event.output };
    case "step.failed":
      return { status: "failed", startedMs, endedMs: elapsedMs, attempts: event.attempts, error: event.error };
    case "step.falling_back":
      return { status: "recovering", startedMs, attempts: attemptsOf(before), error: event.error };
    case "step.recovered": {
      const { output, fallbackStepId } = event;
      if (before.status !== "recovering") throw new Error(`Cannot fold "step.recovered": the step is ${before.status}`);
      const { attempts, error } = before;
      return { status: "recovered", startedMs, endedMs: elapsedMs, attempts, output, error, fallbackStepId };
    }
    case "step.skipped":
      return { status: "skipped", endedMs: elapsedMs, reason: event.reason };
    case "step.cancelled":
      return cancelled(before, elapsedMs, event.forced);
  }
}

const ready: StepState = Object.freeze({ status: "ready" });

function cancelled(before: StepState, endedMs: number, forced: boolean): StepState {
  const startedMs = "startedMs" in before ? before.startedMs : undefined;
  return { status: "cancelled", startedMs, endedMs, attempts: attemptsOf(before), forced };
}

/** Attempts that were started, a scheduled one not counted. */
function attemptsOf(step: StepState): number {
  if ("attempts" in step) return step.attempts;
  if (step.status === "running") return step.attempt;
  return step.status === "retrying" ? step.attempt - 1 : 0;
}

function count(state: MutableExecutionState, step: StepState, by: 1 | -1): void {
  if (step.status === "running") state.running += by;
  else if (step.status === "ready" || step.status === "retrying") state.queued += by;
}

function takeDue(state: MutableExecutionState): void {
  state.decided++;
  if (state.decided < state.due.length) return;
  state.due.length = 0;
  state.decided = 0;
}

function activate(state: MutableExecutionState, owner: PlannedStep): void {
  if (owner.fallback !== undefined) unlock(state, owner.fallback);
}

function unlock(state: MutableExecutionState, index: number): void {
  const left = (state.waiting[index] ?? 0) - 1;
  state.waiting[index] = left;
  if (left === 0) state.due.push(index);
}

function settle(state: MutableExecutionState, step: PlannedStep, after: StepState): void {
  state.settled++;
  // A fallback's outcome, good or bad, is its owner's to deal with.
  if (step.fallbackOwner !== undefined) {
    if (state.steps[step.fallbackOwner]?.status === "recovering") state.due.push(step.fallbackOwner);
    return;
  }
  if (after.status === "failed" && step.step.onError !== "continue") {
    state.unhandled ??= { stepId: step.id, error: after.error };
    return;
  }
  if (step.fallback !== undefined && state.steps[step.fallback]?.status === "pending") state.due.push(step.fallback);
  for (const dependent of step.dependents) unlock(state, dependent);
}

function end(state: MutableExecutionState, status: "completed" | "failed" | "cancelled"): void {
  state.status = status;
  state.endedMs = state.elapsedMs;
  for (const [index, step] of state.steps.entries()) {
    if (!isSettled(step)) state.steps[index] = cancelled(step, state.elapsedMs, false);
  }
}

function misplaced(state: MutableExecutionState, what: string): Error {
  return new Error(`Cannot fold the journal of execution "${state.executionId}": it holds ${what}`);
}
