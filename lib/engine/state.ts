import type { JsonValue } from "../json.ts";
import type { Environment } from "./environment.ts";
import type { AgentVersions, ErrorRecord, ExecutionEvent } from "./events.ts";
import type { Plan } from "./plan.ts";

export type ExecutionStatus = "queued" | "running" | "waiting" | "cancelling" | "completed" | "failed" | "cancelled";

/** Where a unit stands in its attempts. */
export interface Progress {
  /** 1-based. While a unit waits for its next attempt, the number of that one. */
  readonly attempt: number;
  /** Since the execution was created: when the unit's first attempt started. */
  readonly startedMs: number;
  /** When the first attempt of this iteration started. */
  readonly tryingSinceMs: number;
  /** Time since then in which no process ran the execution. */
  readonly pausedMs: number;
  /** The delay before this attempt, 0 for a first one. */
  readonly previousDelayMs: number;
  /** Attempts of this iteration that ended with their process. They do not count against `maxAttempts`. */
  readonly interruptions: number;
  /** 1-based; above 1 only with `repeat`. */
  readonly iteration: number;
}

/** Where a unit is. Each member holds just what is true in it, so impossible combinations cannot be written. */
export type StepState =
  | { readonly status: "pending" }
  | { readonly status: "ready" }
  | ({ readonly status: "running" } & Progress)
  | ({ readonly status: "retrying"; readonly wakeMs: number; readonly delayMs: number } & Progress)
  /** Between two runs of a step with `repeat`. */
  | ({ readonly status: "repeating"; readonly wakeMs: number } & Progress)
  | {
      readonly status: "waiting";
      readonly startedMs: number;
      /** Milliseconds since the epoch. */
      readonly wakeAt: number | undefined;
      readonly signal: string | undefined;
      /** The signal has come. */
      readonly delivered: { readonly payload: JsonValue } | undefined;
    }
  /** Runs once for each item. */
  | {
      readonly status: "mapping";
      readonly startedMs: number;
      readonly items: number;
      /** Items that have started and not ended. */
      readonly active: number;
      readonly ended: number;
      /** The first failure of an item. No further ones are started. */
      readonly failure: { readonly error: ErrorRecord; readonly attempts: number } | undefined;
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
      readonly reusedFrom?: string;
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

/** A unit that is no step: an item of one, or its compensation. */
export interface ExtraUnit {
  readonly step: number;
  /** Undefined for a compensation. */
  readonly item: number | undefined;
}

/**
 * The fold of an execution's events. `fold()` alone writes to it, in place: copying a map of 100,000 steps for each event
 * would make a run quadratic. Everyone else sees it through {@link ExecutionState}.
 */
export interface MutableExecutionState {
  readonly plan: Plan;
  readonly executionId: string;
  /** As recorded: `waiting` is `running` with nothing to do, see {@link statusOf}. */
  status: Exclude<ExecutionStatus, "waiting">;
  sequence: number;
  elapsedMs: number;
  input: JsonValue;
  environment: Environment;
  correlationId: string;
  createdAt: number;
  seed: string;
  parent: Extract<ExecutionEvent, { type: "execution.created" }>["parent"];
  forkOf: string | undefined;
  /** Versions of the agents, by their ids. */
  agents: AgentVersions;
  startedMs: number | undefined;
  endedMs: number | undefined;
  /** Time since the start in which nothing could be done: it waited, or no process ran it. */
  idleMs: number;
  /** The steps, by their index in the plan, and behind them the extra units. */
  readonly units: StepState[];
  extras: ExtraUnit[];
  /** The unit of a step's first item, by step. None of the four maps is there before something is in it. */
  firstItems: Map<number, number> | undefined;
  /** The unit of a step's compensation, by step. */
  compensations: Map<number, number> | undefined;
  /** What each step still waits for, counted down to zero. */
  waiting: number[];
  /** Steps about which something is to be decided, in order. */
  due: number[];
  /** How many of `due` are decided. */
  decided: number;
  /** Agents that run. */
  running: number;
  /** Children that run. */
  children: number;
  /** Units that are ready or wait for a retry. */
  queued: number;
  /** Units that wait for a time or a signal, or for their next iteration. */
  sleeping: number;
  settled: number;
  /** The first failure that no step handles. */
  unhandled: { readonly stepId: string; readonly error: ErrorRecord } | undefined;
  stopping: Stopping | undefined;
  /** Completed steps that can be compensated, in the order of their completion. */
  undo: number[];
  /** Signals that nobody has waited for yet, by name. */
  signals: Map<string, JsonValue[]> | undefined;
  /** Steps that wait for a signal, by its name, the longest first. */
  listeners: Map<string, number[]> | undefined;
  readonly usage: { -readonly [Part in keyof RunUsage]: RunUsage[Part] };
  output: JsonValue | undefined;
  error: ErrorRecord | undefined;
}

/** What an execution used up, children that have ended included. */
export interface RunUsage {
  readonly calls: number;
  readonly tokens: number;
  readonly usd: number;
}

export type ExecutionState = Readonly<
  Omit<
    MutableExecutionState,
    "units" | "due" | "waiting" | "extras" | "firstItems" | "compensations" | "undo" | "signals" | "listeners" | "usage"
  > & {
    readonly units: readonly StepState[];
    readonly extras: readonly ExtraUnit[];
    readonly due: readonly number[];
    readonly undo: readonly number[];
    readonly waiting: readonly number[];
    readonly firstItems: ReadonlyMap<number, number> | undefined;
    readonly compensations: ReadonlyMap<number, number> | undefined;
    readonly signals: ReadonlyMap<string, readonly JsonValue[]> | undefined;
    readonly listeners: ReadonlyMap<string, readonly number[]> | undefined;
    readonly usage: RunUsage;
  }
>;

export const pending: StepState = Object.freeze({ status: "pending" });

const noVersions: AgentVersions = Object.freeze({});
const noEnvironment: Environment = Object.freeze({});

/** An execution before its first event. */
export function initialState(plan: Plan, executionId: string): MutableExecutionState {
  return {
    plan,
    executionId,
    status: "queued",
    sequence: 0,
    elapsedMs: 0,
    input: null,
    environment: noEnvironment,
    correlationId: "",
    createdAt: 0,
    seed: "",
    parent: undefined,
    forkOf: undefined,
    agents: noVersions,
    startedMs: undefined,
    endedMs: undefined,
    idleMs: 0,
    units: plan.steps.map(() => pending),
    extras: [],
    firstItems: undefined,
    compensations: undefined,
    waiting: plan.waiting.slice(),
    due: plan.roots.slice(),
    decided: 0,
    running: 0,
    children: 0,
    queued: 0,
    sleeping: 0,
    settled: 0,
    unhandled: undefined,
    stopping: undefined,
    undo: [],
    signals: undefined,
    listeners: undefined,
    usage: { calls: 0, tokens: 0, usd: 0 },
    output: undefined,
    error: undefined,
  };
}

/** Whether nothing can happen to the execution any more. */
export function isTerminal(status: ExecutionStatus): status is "completed" | "failed" | "cancelled" {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/**
 * Whether an execution can only wait: for a time, a signal or a child. Such time is not counted against its own limits,
 * since a wait of three days would break every one of them.
 */
export function isIdle(state: ExecutionState): boolean {
  const { running, queued, sleeping, children, stopping, startedMs, status } = state;
  const hasWork = running > 0 || queued > 0 || stopping !== undefined || startedMs === undefined;
  return !hasWork && sleeping + children > 0 && !isTerminal(status);
}

/** How an execution stands, for those who look. */
export function statusOf(state: ExecutionState): ExecutionStatus {
  return state.status === "running" && state.children === 0 && isIdle(state) ? "waiting" : state.status;
}

/** Whether a unit has reached its last state. */
export function isSettled({ status }: StepState): boolean {
  switch (status) {
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
    case "repeating":
    case "waiting":
    case "mapping":
    case "recovering":
      return false;
  }
}
