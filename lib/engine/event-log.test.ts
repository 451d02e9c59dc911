import { expect, test } from "bun:test";
import type { LogRecord } from "../log.ts";
import { logEntry } from "./event-log.ts";
import type { ErrorRecord, ExecutionEvent, UnitAddress } from "./events.ts";

const error: ErrorRecord = { name: "TypeError", code: "UNKNOWN", message: "broken", isRetryable: false };

function lineOf(event: ExecutionEvent): string | undefined {
  const lines: LogRecord[] = [];
  const origin = { correlationId: "c", createdAt: 0, ids: () => undefined };
  logEntry({ executionId: "e", sequence: 1, elapsedMs: 1_500, event }, origin, (record) => lines.push(record));
  const [line] = lines;
  return line && `${line.level}: ${line.message} ${JSON.stringify(line.data ?? null)}`;
}

test.each<[ExecutionEvent, string | undefined]>([
  [{ type: "execution.started" }, "debug: execution started null"],
  [{ type: "execution.cancelling", reason: "enough" }, 'info: execution cancelling {"reason":"enough"}'],
  [
    { type: "execution.failed", error },
    'error: execution failed {"name":"TypeError","code":"UNKNOWN","message":"broken"}',
  ],
  [{ type: "execution.cancelled", reason: "enough" }, 'info: execution cancelled {"reason":"enough"}'],
  [
    { type: "retry.scheduled", stepId: "a", attempt: 2, delayMs: 7, retryElapsedMs: 1 },
    'info: retry scheduled {"delayMs":7}',
  ],
  [
    { type: "circuit.opened", stepId: "a", key: "k", retryAfterMs: 9 },
    'warn: circuit opened {"key":"k","retryAfterMs":9}',
  ],
  [{ type: "circuit.closed", stepId: "a", key: "k" }, 'info: circuit closed {"key":"k"}'],
  [
    { type: "attempt.late", stepId: "a", attempt: 1, outcome: "rejected" },
    'warn: late outcome dropped {"outcome":"rejected"}',
  ],
  [{ type: "attempt.interrupted", stepId: "a", attempt: 1 }, "warn: attempt interrupted: its process ended null"],
  [
    { type: "item.failed", stepId: "a", item: 2, error, attempts: 1, durationMs: 3 },
    'error: item failed {"item":2,"name":"TypeError","code":"UNKNOWN","message":"broken"}',
  ],
  [
    { type: "compensation.completed", stepId: "a", output: null, attempts: 1, durationMs: 3 },
    "info: step compensated null",
  ],
  [
    { type: "compensation.failed", stepId: "a", error, attempts: 1, durationMs: 3 },
    'error: compensation failed {"name":"TypeError","code":"UNKNOWN","message":"broken"}',
  ],
  [{ type: "signal.received", name: "go", payload: { not: "shown" } }, 'info: signal received {"name":"go"}'],
  [{ type: "step.ready", stepId: "a" }, undefined],
])("the log says of %j: %s", (event, line) => {
  expect(lineOf(event)).toBe(line);
});

test("a log line says when, where and in which attempt", () => {
  const lines: LogRecord[] = [];
  const ids = (address?: UnitAddress) => ({ traceId: "t", spanId: `span of ${address?.stepId}` });
  const event: ExecutionEvent = { type: "attempt.failed", stepId: "a", attempt: 2, error, durationMs: 3 };
  logEntry(
    { executionId: "e", sequence: 1, elapsedMs: 1_500, event },
    { correlationId: "c", createdAt: 0, ids },
    (line) => lines.push(line),
  );
  expect(lines).toEqual([
    {
      level: "warn",
      time: "1970-01-01T00:00:01.500Z",
      message: "attempt failed",
      correlationId: "c",
      executionId: "e",
      stepId: "a",
      attempt: 2,
      traceId: "t",
      spanId: "span of a",
      data: { name: "TypeError", code: "UNKNOWN", message: "broken" },
    },
  ]);
});
