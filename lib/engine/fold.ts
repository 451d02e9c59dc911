import type { AgentVersions, JournalEntry } from "./events.ts";
import { foldUnit } from "./fold-unit.ts";
import type { Plan } from "./plan.ts";
import {
  initialState,
  isIdle,
  isSettled,
  isTerminal,
  type ExecutionState,
  type MutableExecutionState,
} from "./state.ts";
import { cancelledUnit } from "./unit-transition.ts";

/**
 * The state after all of `entries`. The same entries give the same state on every machine, so a crash is undone, a run
 * shown and time travelled by folding a journal.
 */
export function foldAll(plan: Plan, executionId: string, entries: Iterable<JournalEntry>): MutableExecutionState {
  const state = initialState(plan, executionId);
  for (const entry of entries) fold(state, entry);
  return state;
}

/**
 * Folds one entry into the state.
 *
 * @throws {Error} when the entry cannot follow the ones before it; a journal that does so is corrupt.
 */
export function fold(state: MutableExecutionState, entry: JournalEntry): void {
  const { sequence, elapsedMs, event } = entry;
  if (sequence !== state.sequence + 1) throw misplaced(state, `sequence ${sequence} after ${state.sequence}`);
  if (isTerminal(state.status)) throw misplaced(state, `"${event.type}" after the end`);
  passTime(state, entry);
  state.sequence = sequence;
  state.elapsedMs = elapsedMs;
  switch (event.type) {
    case "execution.created":
      state.input = event.input;
      state.environment = event.environment ?? state.environment;
      state.correlationId = event.correlationId;
      state.createdAt = event.createdAt;
      state.seed = event.seed;
      state.parent = event.parent;
      state.forkOf = event.forkOf;
      state.agents = event.agents ?? state.agents;
      return;
    case "execution.started":
      state.status = "running";
      state.startedMs = elapsedMs;
      return;
    case "execution.resumed":
      pauseUnits(state, event.downtimeMs);
      return setAgents(state, event.agents);
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
    case "signal.received":
      return receive(state, event);
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
      return foldUnit(state, elapsedMs, event);
  }
}

/** Time without a process is idle, and so is time in which the execution could only wait. */
function passTime(state: MutableExecutionState, { elapsedMs, event }: JournalEntry): void {
  if (state.startedMs === undefined) return;
  if (isIdle(state)) state.idleMs += elapsedMs - state.elapsedMs;
  else if (event.type === "execution.resumed") state.idleMs += event.downtimeMs;
}

function setAgents(state: MutableExecutionState, versions: AgentVersions | undefined): void {
  if (versions !== undefined) state.agents = { ...state.agents, ...versions };
}

function pauseUnits({ units }: MutableExecutionState, downtimeMs: number): void {
  for (const [index, unit] of units.entries()) {
    if ("pausedMs" in unit) units[index] = { ...unit, pausedMs: unit.pausedMs + downtimeMs };
  }
}

function receive(
  state: MutableExecutionState,
  { name, payload }: Extract<JournalEntry["event"], { type: "signal.received" }>,
): void {
  const listener = state.listeners?.get(name)?.shift();
  const step = listener === undefined ? undefined : state.units[listener];
  if (listener === undefined || step?.status !== "waiting") {
    const kept = state.signals?.get(name);
    if (kept === undefined) (state.signals ??= new Map()).set(name, [payload]);
    else kept.push(payload);
    return;
  }
  state.units[listener] = { ...step, delivered: { payload } };
  state.due.push(listener);
}

function end(state: MutableExecutionState, status: "completed" | "failed" | "cancelled"): void {
  state.status = status;
  state.endedMs = state.elapsedMs;
  letGo(state);
  if (state.settled === state.plan.steps.length) return;
  for (const { index } of state.plan.steps) {
    const step = state.units[index];
    if (step !== undefined && !isSettled(step)) state.units[index] = cancelledUnit(step, state.elapsedMs, false);
  }
}

const nothing: never[] = [];
Object.freeze(nothing);

/** What decided how it went on: many states are kept that nobody looks at again. */
function letGo(state: MutableExecutionState): void {
  state.waiting = nothing;
  state.due = nothing;
  state.decided = 0;
  state.undo = nothing;
  if (state.extras.length === 0) state.extras = nothing;
}

function misplaced(state: ExecutionState, what: string): Error {
  return new Error(`Cannot fold the journal of execution "${state.executionId}": it holds ${what}`);
}
