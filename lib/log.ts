import type { JsonValue } from "./json.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** One line of a log. Ids are absent where the line belongs to no execution or step. */
export interface LogRecord {
  readonly level: LogLevel;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly message: string;
  readonly correlationId?: string;
  readonly executionId?: string;
  readonly stepId?: string;
  readonly attempt?: number;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly data?: JsonValue;
}

/** Receives every log line. Throwing is the sink's own affair: it never reaches a workflow. */
export type LogSink = (record: LogRecord) => void;

export interface Logger {
  debug(message: string, data?: JsonValue): void;
  info(message: string, data?: JsonValue): void;
  warn(message: string, data?: JsonValue): void;
  error(message: string, data?: JsonValue): void;
}
