import type { JsonValue } from "../json.ts";
import type { Environment } from "./environment.ts";

/** An error as data: what the journal, the API and `${steps.x.error}` show of it. */
export type ErrorRecord = {
  readonly name: string;
  /** An `ErrorCode`, the thrown error's own `code`, or `"UNKNOWN"`. */
  readonly code: string;
  readonly message: string;
  readonly isRetryable: boolean;
  readonly attempts?: number;
  readonly issues?: readonly { readonly pointer: string; readonly message: string }[];
  readonly cause?: ErrorRecord;
};

/** What agents used up, as they report it. `calls` are those of a child execution. */
export interface Usage {
  readonly tokens?: number;
  readonly usd?: number;
  readonly calls?: number;
}

/** What runs: a step, one item of a step with `forEach`, or the compensation of a step. */
export interface UnitAddress {
  readonly stepId: string;
  /** 0-based. */
  readonly item?: number;
  readonly compensating?: true;
}

/**
 * Everything that can happen to an execution. Nothing changes an execution's state but folding one of these, so the
 * journal of events is the execution.
 */
export type ExecutionEvent =
  | {
      readonly type: "execution.created";
      readonly workflowId: string;
      readonly workflowVersion: string;
      readonly workflowHash: string;
      readonly input: JsonValue;
      /** The environment variables that the workflow declares, as they were at the start. */
      readonly environment?: Environment;
      readonly correlationId: string;
      /** Milliseconds since the epoch; every entry's `elapsedMs` counts from here. */
      readonly createdAt: number;
      /** Seeds every random draw of the execution, so that a replay draws the same delays. */
      readonly seed: string;
      /** The step that runs this execution as its child. */
      readonly parent?: { readonly executionId: string; readonly stepId: string; readonly item?: number };
      /** The execution that this one runs again. */
      readonly forkOf?: string;
      /** The versions of the agents that it calls, by their ids. */
      readonly agents?: AgentVersions;
    }
  | { readonly type: "execution.started" }
  /** Another process, or the same one started again, goes on with the execution. */
  | {
      readonly type: "execution.resumed";
      readonly downtimeMs: number;
      /** Present where versions have changed. */
      readonly agents?: AgentVersions;
    }
  | { readonly type: "execution.failing"; readonly stepId?: string; readonly error: ErrorRecord }
  | { readonly type: "execution.cancelling"; readonly reason: string }
  /** `output` is present exactly when the workflow has an output template; without it the result is the steps' outputs. */
  | { readonly type: "execution.completed"; readonly output?: JsonValue }
  | { readonly type: "execution.failed"; readonly error: ErrorRecord }
  | { readonly type: "execution.cancelled"; readonly reason: string }
  /** Kept for the step that waits for it, now or later. */
  | { readonly type: "signal.received"; readonly name: string; readonly payload: JsonValue }
  | { readonly type: "step.ready"; readonly stepId: string }
  | { readonly type: "step.started"; readonly stepId: string; readonly input: JsonValue }
  /** A step with `forEach` starts, and runs once for each item. */
  | { readonly type: "step.expanded"; readonly stepId: string; readonly items: number }
  | { readonly type: "item.started"; readonly stepId: string; readonly item: number; readonly input: JsonValue }
  | ({ readonly type: "item.completed"; readonly item: number } & Completion & Reuse)
  | ({ readonly type: "item.failed"; readonly item: number } & Failure)
  | { readonly type: "item.cancelled"; readonly stepId: string; readonly item: number; readonly forced: boolean }
  | {
      readonly type: "wait.started";
      readonly stepId: string;
      /** Milliseconds since the epoch: when the wait is over, or for a signal when it has come too late. */
      readonly wakeAt?: number;
      readonly signal?: string;
    }
  | ({ readonly type: "attempt.started"; readonly attempt: number } & UnitAddress)
  | ({
      readonly type: "attempt.failed";
      readonly attempt: number;
      readonly error: ErrorRecord;
      readonly durationMs: number;
    } & UnitAddress)
  /** The process ended during the attempt, so nobody knows what came of it. */
  | ({ readonly type: "attempt.interrupted"; readonly attempt: number } & UnitAddress)
  | ({
      readonly type: "retry.scheduled";
      /** The attempt that the delay leads to. */
      readonly attempt: number;
      readonly delayMs: number;
      /** Since the unit's first attempt, for a restart that continues the schedule. */
      readonly retryElapsedMs: number;
    } & UnitAddress)
  /** An attempt that was given up on settled after all. Its outcome is dropped. */
  | ({
      readonly type: "attempt.late";
      readonly attempt: number;
      readonly outcome: "fulfilled" | "rejected";
    } & UnitAddress)
  | ({ readonly type: "timeout.fired"; readonly attempt: number; readonly timeoutMs: number } & UnitAddress)
  | { readonly type: "circuit.opened"; readonly stepId: string; readonly key: string; readonly retryAfterMs: number }
  | { readonly type: "circuit.half_opened"; readonly stepId: string; readonly key: string }
  | { readonly type: "circuit.closed"; readonly stepId: string; readonly key: string }
  | { readonly type: "circuit.rejected"; readonly stepId: string; readonly key: string; readonly retryAfterMs: number }
  | { readonly type: "bulkhead.rejected"; readonly stepId: string; readonly key: string }
  | {
      readonly type: "rate_limit.rejected";
      readonly stepId: string;
      readonly key: string;
      readonly retryAfterMs: number;
    }
  /** A step with `repeat` has run, and will run again after `delayMs`. */
  | ({
      readonly type: "iteration.completed";
      readonly item?: number;
      /** 1-based. */
      readonly iteration: number;
      readonly delayMs: number;
    } & Completion)
  | ({ readonly type: "step.completed" } & Completion & Reuse)
  | ({ readonly type: "step.failed" } & Failure)
  /** A failed step hands over to its fallback, which starts to wait for its own dependencies. */
  | {
      readonly type: "step.falling_back";
      readonly stepId: string;
      readonly fallbackStepId: string;
      readonly error: ErrorRecord;
    }
  | {
      readonly type: "step.recovered";
      readonly stepId: string;
      readonly fallbackStepId: string;
      readonly output: JsonValue;
    }
  | { readonly type: "step.skipped"; readonly stepId: string; readonly reason: "condition" | "fallback-not-needed" }
  | { readonly type: "step.cancelled"; readonly stepId: string; readonly forced: boolean }
  | { readonly type: "compensation.started"; readonly stepId: string; readonly input: JsonValue }
  | ({ readonly type: "compensation.completed" } & Completion)
  | ({ readonly type: "compensation.failed" } & Failure);

interface Completion {
  readonly stepId: string;
  readonly output: JsonValue;
  readonly attempts: number;
  readonly durationMs: number;
  readonly usage?: Usage;
}

interface Reuse {
  /** The execution whose output this is, where nothing had to run. */
  readonly reusedFrom?: string;
}

/** Versions by agent id. A workflow that names several versions of one agent has the last one here. */
export type AgentVersions = Readonly<Record<string, string>>;

interface Failure {
  readonly stepId: string;
  readonly error: ErrorRecord;
  readonly attempts: number;
  readonly durationMs: number;
}

export type EventType = ExecutionEvent["type"];

/** An event as it was recorded. */
export interface JournalEntry {
  readonly executionId: string;
  /** 1-based, without gaps. */
  readonly sequence: number;
  /** Monotonic milliseconds since `execution.created`. */
  readonly elapsedMs: number;
  readonly event: ExecutionEvent;
}

export type CreatedEvent = Extract<ExecutionEvent, { type: "execution.created" }>;
