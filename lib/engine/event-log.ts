import type { JsonValue } from "../json.ts";
import type { LogLevel, LogRecord, LogSink } from "../log.ts";
import type { ErrorRecord, ExecutionEvent, JournalEntry, UnitAddress } from "./events.ts";

/** What log lines say about where they come from. */
export interface LogOrigin {
  readonly correlationId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  ids(address?: UnitAddress): { readonly traceId: string; readonly spanId: string } | undefined;
}

/** What a log line about an execution says of which one it is. */
export function idsOf({
  executionId,
  state,
  trace,
}: {
  readonly executionId: string;
  readonly state: { readonly correlationId: string };
  readonly trace: Pick<LogOrigin, "ids"> | undefined;
}): Pick<LogRecord, "correlationId" | "executionId" | "traceId" | "spanId"> {
  return { correlationId: state.correlationId, executionId, ...trace?.ids() };
}

/** Writes the log line of an entry, for those entries that an operator wants to read about. */
export function logEntry(entry: JournalEntry, origin: LogOrigin, log: LogSink): void {
  const line = describe(entry.event);
  if (line === undefined) return;
  const { event, executionId, elapsedMs } = entry;
  const stepId = "stepId" in event ? event.stepId : undefined;
  const record: LogRecord = {
    level: line.level,
    time: new Date(origin.createdAt + elapsedMs).toISOString(),
    message: line.message,
    correlationId: origin.correlationId,
    executionId,
    ...(stepId !== undefined && { stepId }),
    ...("attempt" in event && { attempt: event.attempt }),
    ...origin.ids(addressIn(event)),
    ...(line.data !== undefined && { data: line.data }),
  };
  log(record);
}

function addressIn(event: ExecutionEvent): UnitAddress | undefined {
  if (!("stepId" in event) || event.stepId === undefined) return undefined;
  const { stepId } = event;
  if ("compensating" in event && event.compensating) return { stepId, compensating: true };
  return "item" in event && event.item !== undefined ? { stepId, item: event.item } : { stepId };
}

interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly data?: JsonValue;
}

function describe(event: ExecutionEvent): Line | undefined {
  switch (event.type) {
    case "execution.created":
      return { level: "info", message: "execution created", data: { workflowId: event.workflowId } };
    case "execution.started":
      return { level: "debug", message: "execution started" };
    case "execution.resumed":
      return { level: "info", message: "execution resumed", data: { downtimeMs: event.downtimeMs } };
    case "execution.cancelling":
      return { level: "info", message: "execution cancelling", data: { reason: event.reason } };
    case "execution.completed":
      return { level: "info", message: "execution completed" };
    case "execution.failed":
      return { level: "error", message: "execution failed", data: brief(event.error) };
    case "execution.cancelled":
      return { level: "info", message: "execution cancelled", data: { reason: event.reason } };
    case "attempt.failed":
      return { level: "warn", message: "attempt failed", data: brief(event.error) };
    case "retry.scheduled":
      return { level: "info", message: "retry scheduled", data: { delayMs: event.delayMs } };
    case "circuit.opened":
      return { level: "warn", message: "circuit opened", data: { key: event.key, retryAfterMs: event.retryAfterMs } };
    case "circuit.closed":
      return { level: "info", message: "circuit closed", data: { key: event.key } };
    case "step.failed":
      return { level: "error", message: "step failed", data: brief(event.error) };
    case "step.completed":
      return { level: "debug", message: "step completed", data: { durationMs: event.durationMs } };
    case "attempt.interrupted":
      return { level: "warn", message: "attempt interrupted: its process ended" };
    case "item.failed":
      return { level: "error", message: "item failed", data: { item: event.item, ...brief(event.error) } };
    case "compensation.completed":
      return { level: "info", message: "step compensated" };
    case "compensation.failed":
      return { level: "error", message: "compensation failed", data: brief(event.error) };
    case "signal.received":
      return { level: "info", message: "signal received", data: { name: event.name } };
    case "attempt.late":
      return { level: "warn", message: "late outcome dropped", data: { outcome: event.outcome } };
    default:
      return undefined;
  }
}

function brief({ name, code, message }: ErrorRecord): { readonly [key: string]: JsonValue } {
  return { name, code, message };
}
