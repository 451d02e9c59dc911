import type { ErrorCode } from "../lib/errors.ts";
import type { StopSignal } from "./context.ts";

/** What each exit code says. Scripts rely on them, so a code never changes its meaning. */
export const exitCodes = {
  0: "completed",
  1: "the workflow failed, or what was compared differs",
  2: "wrong usage: an unknown flag or execution, an unreadable file, an input that does not fit",
  3: "the workflow was cancelled",
  4: "a workflow file has errors; nothing ran",
  5: "stopped by --timeout",
  6: "the server cannot be reached, does not run, or its port is taken",
  7: "conflict with what is there already, such as a run that has ended or that another process runs",
  70: "a defect of orchestr8 itself",
  130: "stopped by Ctrl-C (SIGINT)",
  143: "stopped by SIGTERM",
} as const;

export type ExitCode = keyof typeof exitCodes;

/** What goes wrong in the terminal alone, beside the kernel's own codes. */
export type CliErrorCode =
  | "USAGE"
  | "CONFIG"
  | "FILE"
  | "NO_JOURNAL"
  | "INVALID_WORKFLOW"
  | "EXECUTION_ENDED"
  | "PORT_IN_USE"
  | "SERVER_UNREACHABLE"
  | "SERVER_RUNNING"
  | "SERVER_STATE"
  | "EXISTS"
  | "INTERNAL";

const byErrorCode: Readonly<Record<ErrorCode | CliErrorCode, ExitCode>> = {
  USAGE: 2,
  CONFIG: 2,
  FILE: 2,
  NO_JOURNAL: 2,
  INVALID_WORKFLOW: 4,
  EXECUTION_ENDED: 7,
  PORT_IN_USE: 6,
  SERVER_UNREACHABLE: 6,
  SERVER_RUNNING: 7,
  SERVER_STATE: 7,
  EXISTS: 7,
  INTERNAL: 70,
  TIMEOUT: 5,
  CIRCUIT_OPEN: 1,
  CANCELLED: 3,
  // Before an execution exists this is its input; a step's own failure only shows as status "failed".
  VALIDATION: 2,
  RETRYABLE: 1,
  BULKHEAD_FULL: 1,
  RATE_LIMITED: 1,
  EXPR_PATH_NOT_FOUND: 1,
  EXPR_TYPE_MISMATCH: 1,
  EXPR_TOO_LARGE: 1,
  VALUE_NOT_JSON: 2,
  VALUE_TOO_LARGE: 2,
  AGENT_NOT_FOUND: 4,
  QUEUE_FULL: 7,
  ENGINE_CLOSED: 3,
  IDEMPOTENCY_KEY_REUSED: 7,
  STEP_INTERRUPTED: 1,
  BUDGET_EXCEEDED: 1,
  EXECUTION_NOT_FOUND: 2,
  LEASE_LOST: 7,
  CHECKPOINT_EXISTS: 70,
  JOURNAL_UNAVAILABLE: 2,
  JOURNAL_CORRUPT: 70,
  JOURNAL_INCOMPATIBLE: 2,
  REPLAY_MISMATCH: 1,
};

/** The exit code of a run that could not be started. */
export function exitCodeOfError(code: ErrorCode | CliErrorCode): ExitCode {
  return byErrorCode[code];
}

/** Who ended a run from outside. */
export type StopCause = StopSignal | "timeout";

const byStopCause: Readonly<Record<StopCause, ExitCode>> = { SIGINT: 130, SIGTERM: 143, timeout: 5 };

/** The exit code of something that was stopped from outside and had nothing else to say. */
export function exitCodeOfStop(cause: StopCause): ExitCode {
  return byStopCause[cause];
}

/** The exit code of a run that ended. `cause` counts only when it had an effect. */
export function exitCodeOfStatus(status: "completed" | "failed" | "cancelled", cause: StopCause | undefined): ExitCode {
  if (status === "cancelled") return cause === undefined ? 3 : exitCodeOfStop(cause);
  return status === "completed" ? 0 : 1;
}
