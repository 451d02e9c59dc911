import type { JsonValue } from "../json.ts";
import type { ErrorRecord } from "./events.ts";
import type { Plan } from "./plan.ts";

export type ExecutionStatus = "queued" | "running" | "cancelling" | "completed" | "failed" | "cancelled";

/** Where a step is. Each member holds just what is true in it, so impossible combinations cannot be written. */
export type StepState =
  | { readonly status: "pending" }
  | { readonly status: "ready" }
  | { readonly status: "running"; readonly attempt: number; readonly startedMs: number }
  | {
      readonly status: "retrying";
      /** The attempt that comes next. */
      readonly attempt: number;
      readonly startedMs: number;
      readonly wakeMs: number;
      readonly delayMs: number;
    }
  /** Failed, and its fallback has not settled yet. */
  | {
      readonly status: "recovering";
      readonly startedMs: number;
      readonly attempts: number;
      readonly error: ErrorRecord;
    }
  | {
      readonly status: "completed";
      readonly startedMs: number;
      readonly endedMs: number;
      readonly attempts: number;
      readonly output: JsonValue;
    }
  | {
      readonly status: "recovered";
      readonly startedMs: number;
      readonly endedMs: number;
      readonly attempts: number;
      readonly output: JsonValue;
      readonly error: ErrorRecord;
      readonly fallbackStepId: string;
    }
  | {
      readonly status: "failed";
      readonly startedMs: number;
      readonly endedMs: number;
      readonly attempts: number;
      readonly error: ErrorRecord;
    }
  | { readonly status: "skipped"; readonly endedMs: number; readonly reason: "condition" | "fallback-not-needed" }
  | {
      readonly status: "cancelled";
      readonly startedMs: number | undefined;
      readonly endedMs: number;
      readonly attempts: number;
      readonly forced: boolean;
    };

export type StepStatus = StepState["status"];

/** Why an execution starts no further steps. */
export type Stopping =
  | { readonly kind: "failing"; readonly error: ErrorRecord }
  | { readonly kind: "cancelling"; readonly reason: string };

/**
 * The fold of an execution's events. `fold()` alone writes to it, in place: copying a map of 100,000 steps for each event
 * would make a run quadratic. Everyone else sees it through {@link ExecutionState}.
 */
export interface MutableExecutionState {
  readonly plan: Plan;
  readonly executionId: string;
  status: ExecutionStatus;
  sequence: number;
  elapsedMs: number;
  input: JsonValue;
  correlationId: string;
  createdAt: number;
  seed: string;
  startedMs: number | undefined;
  endedMs: number | undefined;
  readonly steps: StepState[];
  /** What each step still waits for, counted down to zero. */
  readonly waiting: Int32Array;
  /** Steps about which something is to be decided, in order. */
  readonly due: number[];
  /** How many of `due` are decided. */
  decided: number;
  running: number;
  /** Steps that are ready or wait for a retry. */
  queued: number;
  settled: number;
  /** The first failure that no step handles. */
  unhandled: { readonly stepId: string; readonly error: ErrorRecord } | undefined;
  stopping: Stopping | undefined;
  output: JsonValue | undefined;
  error: ErrorRecord | undefined;
}

export type ExecutionState = Readonly<
  Omit<MutableExecutionState, "steps" | "due" | "waiting"> & {
    readonly steps: readonly StepState[];
    readonly due: readonly number[];
    readonly waiting: { readonly [index: number]: number };
  }
>;

const pending: StepState = Object.freeze({ status: "pending" });

/** An execution before its first event. */
export function initialState(plan: Plan, executionId: string): MutableExecutionState {
  const waiting = new Int32Array(plan.steps.length);
  const due: number[] = [];
  for (const step of plan.steps) {
    waiting[step.index] = step.waitsFor;
    if (step.waitsFor === 0) due.push(step.index);
  }
  return {
    plan,
    executionId,
    status: "queued",
    sequence: 0,
    elapsedMs: 0,
    input: null,
    correlationId: "",
    createdAt: 0,
    seed: "",
    startedMs: undefined,
    endedMs: undefined,
    steps: Array.from(plan.steps, () => pending),
    waiting,
    due,
    decided: 0,
    running: 0,
    queued: 0,
    settled: 0,
    unhandled: undefined,
    stopping: undefined,
    output: undefined,
    error: undefined,
  };
}

/** Whether nothing can happen to the execution any more. */
export function isTerminal(status: ExecutionStatus): status is "completed" | "failed" | "cancelled" {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/** Whether a step has reached its last state. */
export function isSettled(step: StepState): boolean {
  switch (step.status) {
    case "completed":
    case "recovered":
    case "failed":
    case "skipped":
    case "cancelled":
      return true;
    case "pending":
    case "ready":
    case "running":
    case "retrying":
    case "recovering":
      return false;
  }
}
