import type { JsonValue } from "../json.ts";

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
      readonly correlationId: string;
      /** Milliseconds since the epoch; every entry's `elapsedMs` counts from here. */
      readonly createdAt: number;
      /** Seeds every random draw of the execution, so that a replay draws the same delays. */
      readonly seed: string;
    }
  | { readonly type: "execution.started" }
  | { readonly type: "execution.failing"; readonly stepId?: string; readonly error: ErrorRecord }
  | { readonly type: "execution.cancelling"; readonly reason: string }
  /** `output` is present exactly when the workflow has an output template; without it the result is the steps' outputs. */
  | { readonly type: "execution.completed"; readonly output?: JsonValue }
  | { readonly type: "execution.failed"; readonly error: ErrorRecord }
  | { readonly type: "execution.cancelled"; readonly reason: string }
  | { readonly type: "step.ready"; readonly stepId: string }
  | { readonly type: "step.started"; readonly stepId: string; readonly input: JsonValue }
  | { readonly type: "attempt.started"; readonly stepId: string; readonly attempt: number }
  | {
      readonly type: "attempt.failed";
      readonly stepId: string;
      readonly attempt: number;
      readonly error: ErrorRecord;
      readonly durationMs: number;
    }
  | {
      readonly type: "retry.scheduled";
      readonly stepId: string;
      /** The attempt that the delay leads to. */
      readonly attempt: number;
      readonly delayMs: number;
      /** Since the step's first attempt, for a restart that continues the schedule. */
      readonly retryElapsedMs: number;
    }
  /** An attempt that was given up on settled after all. Its outcome is dropped. */
  | {
      readonly type: "attempt.late";
      readonly stepId: string;
      readonly attempt: number;
      readonly outcome: "fulfilled" | "rejected";
    }
  | { readonly type: "timeout.fired"; readonly stepId: string; readonly attempt: number; readonly timeoutMs: number }
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
  | {
      readonly type: "step.completed";
      readonly stepId: string;
      readonly output: JsonValue;
      readonly attempts: number;
      readonly durationMs: number;
    }
  | {
      readonly type: "step.failed";
      readonly stepId: string;
      readonly error: ErrorRecord;
      readonly attempts: number;
      readonly durationMs: number;
    }
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
  | { readonly type: "step.cancelled"; readonly stepId: string; readonly forced: boolean };

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
