/** What went wrong, for programs. Every code has a section in `docs/errors.md`. */
export const errorCodes = [
  "TIMEOUT",
  "CIRCUIT_OPEN",
  "CANCELLED",
  "VALIDATION",
  "RETRYABLE",
  "BULKHEAD_FULL",
  "RATE_LIMITED",
  "EXPR_PATH_NOT_FOUND",
  "EXPR_TYPE_MISMATCH",
  "EXPR_TOO_LARGE",
  "VALUE_NOT_JSON",
  "VALUE_TOO_LARGE",
  "AGENT_NOT_FOUND",
  "QUEUE_FULL",
  "ENGINE_CLOSED",
  "IDEMPOTENCY_KEY_REUSED",
  "STEP_INTERRUPTED",
  "BUDGET_EXCEEDED",
  "EXECUTION_NOT_FOUND",
  "LEASE_LOST",
  "CHECKPOINT_EXISTS",
  "JOURNAL_UNAVAILABLE",
  "JOURNAL_CORRUPT",
  "JOURNAL_INCOMPATIBLE",
  "REPLAY_MISMATCH",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export interface Orchestr8ErrorOptions {
  readonly cause?: unknown;
  /** Calls made before this error was given up on, default 0. */
  readonly attempts?: number;
}

const brand = Symbol.for("orchestr8.error");

/**
 * The base of every error orchestr8 throws on purpose. Tell them apart by `code`; recognise one with
 * {@link isOrchestr8Error}, which also works across two installed copies of the package, where `instanceof` does not.
 */
export abstract class Orchestr8Error extends Error {
  abstract readonly code: ErrorCode;
  abstract readonly isRetryable: boolean;
  readonly attempts: number;

  constructor(message: string, options: Orchestr8ErrorOptions = {}) {
    super(message, options);
    this.attempts = options.attempts ?? 0;
  }

  get [brand](): true {
    return true;
  }
}

/** Whether `error` was thrown on purpose by this or another copy of orchestr8. */
export function isOrchestr8Error(error: unknown): error is Orchestr8Error {
  return typeof error === "object" && error !== null && brand in error;
}

/** An attempt or an execution took longer than its limit. */
export class TimeoutError extends Orchestr8Error {
  override readonly name = "TimeoutError";
  readonly code = "TIMEOUT";
  readonly isRetryable = true;
  /** The limit, in milliseconds. */
  readonly timeout: number;

  constructor(message: string, options: Orchestr8ErrorOptions & { readonly timeout: number }) {
    super(message, options);
    this.timeout = options.timeout;
  }
}

/** A circuit breaker refused the call. `cause` is the failure that opened it. */
export class CircuitOpenError extends Orchestr8Error {
  override readonly name = "CircuitOpenError";
  readonly code = "CIRCUIT_OPEN";
  readonly isRetryable = false;
  readonly key: string | undefined;
  readonly state: "open" | "half-open" | "isolated";
  /** Milliseconds until the circuit lets a probe through. `Infinity` while isolated. */
  readonly retryAfter: number;

  constructor(
    message: string,
    options: Orchestr8ErrorOptions & {
      readonly key?: string | undefined;
      readonly state: "open" | "half-open" | "isolated";
      readonly retryAfter: number;
    },
  ) {
    super(message, options);
    this.key = options.key;
    this.state = options.state;
    this.retryAfter = options.retryAfter;
  }
}

/** Work was stopped by its caller. */
export class CancelledError extends Orchestr8Error {
  override readonly name = "CancelledError";
  readonly code = "CANCELLED";
  readonly isRetryable = false;
}

/** One place where data is not what was asked for. `pointer` is an RFC 6901 JSON Pointer. */
export interface ValidationIssue {
  readonly pointer: string;
  readonly message: string;
}

/** Data does not fit its schema. `issues` names every place; messages never contain the received value. */
export class ValidationError extends Orchestr8Error {
  override readonly name = "ValidationError";
  readonly code = "VALIDATION";
  readonly isRetryable = false;
  readonly issues: readonly ValidationIssue[];

  constructor(message: string, options: Orchestr8ErrorOptions & { readonly issues?: readonly ValidationIssue[] } = {}) {
    super(message, options);
    this.issues = options.issues ?? [];
  }
}

/** Thrown by an agent to say that another attempt may work. `retryAfter` is the earliest useful delay in milliseconds. */
export class RetryableError extends Orchestr8Error {
  override readonly name = "RetryableError";
  readonly code = "RETRYABLE";
  readonly isRetryable = true;
  readonly retryAfter: number | undefined;

  constructor(message: string, options: Orchestr8ErrorOptions & { readonly retryAfter?: number } = {}) {
    super(message, options);
    this.retryAfter = options.retryAfter;
  }
}

/** As many calls run and wait as a bulkhead has room for, or one waited too long. Nobody was called. */
export class BulkheadFullError extends Orchestr8Error {
  override readonly name = "BulkheadFullError";
  readonly code = "BULKHEAD_FULL";
  readonly isRetryable = true;
}

/** A call came sooner than a rate limiter lets it through. Nobody was called. */
export class RateLimitError extends Orchestr8Error {
  override readonly name = "RateLimitError";
  readonly code = "RATE_LIMITED";
  readonly isRetryable = true;
  /** Milliseconds until a call is let through at once, if no other one comes before it. */
  readonly retryAfter: number;

  constructor(message: string, options: Orchestr8ErrorOptions & { readonly retryAfter: number }) {
    super(message, options);
    this.retryAfter = options.retryAfter;
  }
}

export type ExpressionErrorCode = Extract<ErrorCode, `EXPR_${string}`>;

/** An expression has no value: a path is missing without a `??` default, or an operand has the wrong type. */
export class ExpressionError extends Orchestr8Error {
  override readonly name = "ExpressionError";
  readonly code: ExpressionErrorCode;
  readonly isRetryable = false;

  constructor(code: ExpressionErrorCode, message: string, options?: Orchestr8ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An agent gave back something that JSON cannot hold, or more of it than a step may produce. */
export class InvalidValueError extends Orchestr8Error {
  override readonly name = "InvalidValueError";
  readonly code: "VALUE_NOT_JSON" | "VALUE_TOO_LARGE";
  readonly isRetryable = false;

  constructor(code: "VALUE_NOT_JSON" | "VALUE_TOO_LARGE", message: string, options?: Orchestr8ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** No registered agent has this id, or none in the wanted version range. */
export class AgentNotFoundError extends Orchestr8Error {
  override readonly name = "AgentNotFoundError";
  readonly code = "AGENT_NOT_FOUND";
  readonly isRetryable = false;
}

/** The engine holds as many unfinished executions as it may. Nothing was started. */
export class QueueFullError extends Orchestr8Error {
  override readonly name = "QueueFullError";
  readonly code = "QUEUE_FULL";
  readonly isRetryable = true;
}

/** The engine is shutting down. Nothing was started. */
export class EngineClosedError extends Orchestr8Error {
  override readonly name = "EngineClosedError";
  readonly code = "ENGINE_CLOSED";
  readonly isRetryable = true;
}

/** An idempotency key came again with a different request. Nothing was started. */
export class IdempotencyKeyReusedError extends Orchestr8Error {
  override readonly name = "IdempotencyKeyReusedError";
  readonly code = "IDEMPOTENCY_KEY_REUSED";
  readonly isRetryable = false;
}

/** The process ended during an attempt that must not happen twice, so nobody knows whether its effect took place. */
export class StepInterruptedError extends Orchestr8Error {
  override readonly name = "StepInterruptedError";
  readonly code = "STEP_INTERRUPTED";
  readonly isRetryable = false;
}

/** A run and its children used up what the workflow's `budget` allows. */
export class BudgetExceededError extends Orchestr8Error {
  override readonly name = "BudgetExceededError";
  readonly code = "BUDGET_EXCEEDED";
  readonly isRetryable = false;
}

/** No execution has this id. */
export class ExecutionNotFoundError extends Orchestr8Error {
  override readonly name = "ExecutionNotFoundError";
  readonly code = "EXECUTION_NOT_FOUND";
  readonly isRetryable = false;
}

/** Another process owns the execution by now, so nothing more may be recorded from here. */
export class LeaseLostError extends Orchestr8Error {
  override readonly name = "LeaseLostError";
  readonly code = "LEASE_LOST";
  readonly isRetryable = false;
}

/** What a step came to was recorded before, and is recorded once. Nothing of the batch was kept. */
export class CheckpointExistsError extends Orchestr8Error {
  override readonly name = "CheckpointExistsError";
  readonly code = "CHECKPOINT_EXISTS";
  readonly isRetryable = false;
}

/** The journal could not be opened, read or written now: it is locked, its disk is full, or the system failed. */
export class JournalUnavailableError extends Orchestr8Error {
  override readonly name = "JournalUnavailableError";
  readonly code = "JOURNAL_UNAVAILABLE";
  readonly isRetryable = true;
}

/** What is recorded cannot have been written by orchestr8: the file is damaged. Nothing in it is guessed at. */
export class JournalCorruptError extends Orchestr8Error {
  override readonly name = "JournalCorruptError";
  readonly code = "JOURNAL_CORRUPT";
  readonly isRetryable = false;
}

/** The file is no journal, or one of a newer version of orchestr8. It was left as it is. */
export class JournalIncompatibleError extends Orchestr8Error {
  override readonly name = "JournalIncompatibleError";
  readonly code = "JOURNAL_INCOMPATIBLE";
  readonly isRetryable = false;
}

/** A replay did not come to what was recorded. */
export class ReplayMismatchError extends Orchestr8Error {
  override readonly name = "ReplayMismatchError";
  readonly code = "REPLAY_MISMATCH";
  readonly isRetryable = false;
  /** Of the first entry that differs. */
  readonly sequence: number;

  constructor(message: string, options: Orchestr8ErrorOptions & { readonly sequence: number }) {
    super(message, options);
    this.sequence = options.sequence;
  }
}
