import type { JsonValue } from "../json.ts";
import { workflowIdOf } from "../workflow-reference.ts";
import type { Budget } from "../workflow.ts";
import type { ErrorRecord } from "./events.ts";
import type { Redactor } from "./redactor.ts";
import {
  isTerminal,
  statusOf,
  type ExecutionState,
  type ExecutionStatus,
  type RunUsage,
  type StepState,
  type StepStatus,
} from "./state.ts";
import { roundMs } from "./round-ms.ts";

/** An execution as the API, the CLI and the dashboard show it: a view of the fold, redacted. */
export interface ExecutionView {
  readonly executionId: string;
  readonly status: ExecutionStatus;
  readonly workflow: { readonly id: string; readonly name: string; readonly version: string; readonly hash: string };
  readonly correlationId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Since it started, still growing while it runs. */
  readonly durationMs?: number;
  /** The sequence of the last event in this view. */
  readonly sequence: number;
  /** The execution that runs this one as a step. */
  readonly parentId?: string;
  /** The execution that this one runs again. */
  readonly forkOf?: string;
  readonly progress: { readonly total: number; readonly settled: number; readonly running: number };
  readonly input: JsonValue;
  readonly steps: Readonly<Record<string, StepView>>;
  /** Present once it completed: the output template's value, or without one a map of the steps' outputs. */
  readonly output?: JsonValue;
  readonly error?: ErrorRecord;
  /** Why it is being or was cancelled. */
  readonly reason?: string;
  /** Of a workflow with a budget: what is used up of each part that has a bound, by it and the children that have ended. */
  readonly budget?: BudgetView;
}

export type BudgetView = { readonly [Part in keyof RunUsage]?: { readonly used: number; readonly limit: number } };

export interface StepView {
  readonly status: StepStatus;
  readonly name?: string;
  /** What it calls: absent for a step that waits. */
  readonly agent?: string;
  /** The workflow that it runs as a child. */
  readonly workflow?: string;
  readonly attempts: number;
  /** Since the execution was created. */
  readonly startedMs?: number;
  readonly durationMs?: number;
  readonly output?: JsonValue;
  readonly error?: ErrorRecord;
  readonly fallbackStepId?: string;
  readonly skipped?: "condition" | "fallback-not-needed";
  /** Present for a cancelled step: whether it was given up on instead of stopping by itself. */
  readonly forced?: boolean;
  /** Of a step with `forEach`. */
  readonly items?: { readonly total: number; readonly settled: number; readonly running: number };
  /** The run of a step with `repeat` that goes on or comes next, 1-based. */
  readonly iteration?: number;
  readonly waitsFor?: { readonly signal?: string; readonly until?: string };
  /** The execution whose output this is, where the step did not have to run. */
  readonly reusedFrom?: string;
  readonly retry?: { readonly attempt: number; readonly delayMs: number; readonly wakeMs: number };
}

/** What an execution came to, values as they are: for the program that started it, not for showing. */
export type ExecutionResult<Output = JsonValue> =
  | { readonly executionId: string; readonly status: "completed"; readonly output: Output }
  | { readonly executionId: string; readonly status: "failed"; readonly error: ErrorRecord }
  | { readonly executionId: string; readonly status: "cancelled"; readonly reason: string };

/** @throws {Error} when the execution has not ended. */
export function resultOf(state: ExecutionState): ExecutionResult {
  const { executionId, status, error, stopping } = state;
  if (status === "completed") return { executionId, status, output: outputOf(state) };
  if (status === "failed" && error !== undefined) return { executionId, status, error };
  if (status === "cancelled" && stopping?.kind === "cancelling")
    return { executionId, status, reason: stopping.reason };
  throw new Error(`Cannot give the result of execution "${executionId}": it is ${status}`);
}

/** For a state that was made of entries as they are shown. */
const asShown: Pick<Redactor, "input" | "stepOutput"> = {
  input: (value) => value,
  stepOutput: (_step, value) => value,
};

/** The view of a state at `nowMs`, milliseconds since the execution was created. */
export function viewOf(
  state: ExecutionState,
  nowMs: number,
  redactor: Pick<Redactor, "input" | "stepOutput"> = asShown,
): ExecutionView {
  const { metadata, version } = state.plan.workflow;
  const iso = (elapsedMs: number): string => new Date(state.createdAt + elapsedMs).toISOString();
  return {
    executionId: state.executionId,
    status: statusOf(state),
    workflow: { id: metadata.id, name: metadata.name, version, hash: state.plan.hash },
    correlationId: state.correlationId,
    createdAt: iso(0),
    ...(state.startedMs !== undefined && {
      startedAt: iso(state.startedMs),
      durationMs: roundMs((state.endedMs ?? nowMs) - state.startedMs),
    }),
    ...(state.endedMs !== undefined && { endedAt: iso(state.endedMs) }),
    sequence: state.sequence,
    ...(state.parent !== undefined && { parentId: state.parent.executionId }),
    ...(state.forkOf !== undefined && { forkOf: state.forkOf }),
    progress: { total: state.plan.steps.length, settled: state.settled, running: state.running },
    input: redactor.input(state.input),
    steps: viewSteps(state, nowMs, redactor),
    ...(state.status === "completed" && { output: outputOf(state, redactor) }),
    ...(state.error !== undefined && { error: state.error }),
    ...(state.stopping?.kind === "cancelling" && { reason: state.stopping.reason }),
    ...viewBudget(state.plan.workflow.policies.budget, state.usage),
  };
}

function viewBudget(budget: Budget | undefined, usage: RunUsage): Pick<ExecutionView, "budget"> {
  const parts = (["calls", "tokens", "usd"] as const).flatMap((part) => {
    const limit = budget?.[part];
    return limit === undefined ? [] : [[part, { used: usage[part], limit }] as const];
  });
  return parts.length === 0 ? {} : { budget: Object.fromEntries(parts) };
}

function outputOf(state: ExecutionState, redactor?: Pick<Redactor, "stepOutput">): JsonValue {
  if (state.output !== undefined) return state.output;
  const outputs: Record<string, JsonValue> = {};
  for (const { id, index } of state.plan.steps) {
    const step = state.units[index];
    if (step === undefined || !("output" in step)) continue;
    outputs[id] = redactor === undefined ? step.output : redactor.stepOutput(sourceOf(state, step, index), step.output);
  }
  return outputs;
}

/** The step whose agent made the output: a recovered step shows its fallback's. */
function sourceOf(state: ExecutionState, step: StepState, index: number): number {
  return step.status === "recovered" ? (state.plan.indexOf.get(step.fallbackStepId) ?? index) : index;
}

function viewSteps(
  state: ExecutionState,
  nowMs: number,
  redactor: Pick<Redactor, "stepOutput">,
): Readonly<Record<string, StepView>> {
  const views: Record<string, StepView> = {};
  for (const { id, index, step } of state.plan.steps) {
    const current = state.units[index];
    if (current === undefined) continue;
    views[id] = {
      status: current.status,
      ...(step.name !== undefined && { name: step.name }),
      ...(step.kind === "agent" && { agent: step.agent.id }),
      ...(step.kind === "workflow" && { workflow: workflowIdOf(step.workflow) }),
      ...viewUnit(current, isTerminal(state.status) ? state.elapsedMs : nowMs),
      ...("output" in current && { output: redactor.stepOutput(sourceOf(state, current, index), current.output) }),
    };
  }
  return views;
}

/** What a unit's view says of how it stands, but for its status and output. */
export function viewUnit(step: StepState, nowMs: number): Omit<StepView, "status" | "agent" | "workflow" | "output"> {
  const timing = (startedMs: number, endedMs = nowMs): Pick<StepView, "startedMs" | "durationMs"> => ({
    startedMs: roundMs(startedMs),
    durationMs: roundMs(endedMs - startedMs),
  });
  switch (step.status) {
    case "pending":
    case "ready":
      return { attempts: 0 };
    case "running":
      return { attempts: step.attempt, ...timing(step.startedMs), ...iteration(step) };
    case "repeating":
      return { attempts: 0, ...timing(step.startedMs), ...iteration(step) };
    case "waiting": {
      const { signal, wakeAt } = step;
      const until = wakeAt === undefined ? undefined : new Date(wakeAt).toISOString();
      const waitsFor = { ...(signal !== undefined && { signal }), ...(until !== undefined && { until }) };
      return { attempts: 0, ...timing(step.startedMs), waitsFor };
    }
    case "mapping": {
      const { items: total, ended: settled, active: running } = step;
      return { attempts: 0, ...timing(step.startedMs), items: { total, settled, running } };
    }
    case "retrying": {
      const { attempt, delayMs, wakeMs } = step;
      return { attempts: attempt - 1, ...timing(step.startedMs), retry: { attempt, delayMs, wakeMs: roundMs(wakeMs) } };
    }
    case "recovering":
      return { attempts: step.attempts, ...timing(step.startedMs), error: step.error };
    case "completed":
      return {
        attempts: step.attempts,
        ...timing(step.startedMs, step.endedMs),
        ...(step.reusedFrom !== undefined && { reusedFrom: step.reusedFrom }),
      };
    case "recovered": {
      const { attempts, error, fallbackStepId } = step;
      return { attempts, ...timing(step.startedMs, step.endedMs), error, fallbackStepId };
    }
    case "failed":
      return { attempts: step.attempts, ...timing(step.startedMs, step.endedMs), error: step.error };
    case "skipped":
      return { attempts: 0, skipped: step.reason };
    case "cancelled": {
      const { attempts, forced, startedMs } = step;
      return { attempts, forced, ...(startedMs !== undefined && timing(startedMs, step.endedMs)) };
    }
  }
}

/** Only where it says something: most steps run once. */
function iteration(step: { readonly iteration: number }): Pick<StepView, "iteration"> {
  return step.iteration === 1 ? {} : { iteration: step.iteration };
}
