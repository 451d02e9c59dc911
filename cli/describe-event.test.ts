import { describe, expect, test } from "bun:test";
import type { ExecutionEvent } from "../lib/engine/events.ts";
import { describeEvent } from "./describe-event.ts";

const error = { name: "Error", code: "TIMEOUT", message: "too\u001B[2J slow\n", isRetryable: true };
const stepId = "fetch";

const lines: readonly (readonly [ExecutionEvent, string | undefined])[] = [
  [{ type: "execution.started" }, undefined],
  [{ type: "step.ready", stepId }, undefined],
  [{ type: "step.started", stepId, input: {} }, "fetch started"],
  [
    { type: "attempt.failed", stepId, attempt: 1, error, durationMs: 9 },
    "fetch attempt 1 failed after 9ms: TIMEOUT: too slow",
  ],
  [
    { type: "retry.scheduled", stepId, attempt: 2, delayMs: 1_500, retryElapsedMs: 9 },
    "fetch attempt 2 follows in 1.5s",
  ],
  [{ type: "circuit.opened", stepId, key: "@t/a\u0007", retryAfterMs: 9 }, "fetch opened the circuit of @t/a"],
  [{ type: "step.completed", stepId, output: 1, attempts: 1, durationMs: 9 }, "fetch completed in 9ms"],
  [{ type: "step.completed", stepId, output: 1, attempts: 2, durationMs: 9 }, "fetch completed in 9ms (2 attempts)"],
  [
    { type: "step.failed", stepId, error, attempts: 3, durationMs: 9 },
    "fetch failed in 9ms (3 attempts): TIMEOUT: too slow",
  ],
  [{ type: "step.falling_back", stepId, fallbackStepId: "b", error }, "fetch falls back to b"],
  [{ type: "step.recovered", stepId, fallbackStepId: "b", output: 1 }, "fetch recovered by b"],
  [{ type: "step.skipped", stepId, reason: "condition" }, "fetch skipped: its condition is false"],
  [{ type: "step.skipped", stepId, reason: "fallback-not-needed" }, "fetch skipped: no fallback is needed"],
  [{ type: "step.cancelled", stepId, forced: true }, "fetch cancelled: it did not stop in time"],
  [{ type: "step.cancelled", stepId, forced: false }, "fetch cancelled"],
  [{ type: "execution.resumed", downtimeMs: 61_000 }, "goes on after 1m 01s without a process"],
  [{ type: "signal.received", name: "go", payload: 1 }, 'signal "go" received'],
  [{ type: "step.expanded", stepId, items: 10 }, "fetch runs for 10 items"],
  [{ type: "item.started", stepId, item: 3, input: 1 }, undefined],
  [{ type: "item.completed", stepId, item: 3, output: 1, attempts: 1, durationMs: 9 }, undefined],
  [
    { type: "item.failed", stepId, item: 3, error, attempts: 1, durationMs: 9 },
    "fetch[3] failed in 9ms: TIMEOUT: too slow",
  ],
  [{ type: "wait.started", stepId, signal: "go" }, 'fetch waits for signal "go"'],
  [{ type: "wait.started", stepId, wakeAt: 0 }, "fetch waits until 1970-01-01T00:00:00.000Z"],
  [{ type: "attempt.interrupted", stepId, item: 3, attempt: 2 }, "fetch[3] attempt 2 ended with its process"],
  [
    { type: "iteration.completed", stepId, iteration: 2, output: 1, attempts: 1, durationMs: 9, delayMs: 0 },
    "fetch run 2 completed in 9ms",
  ],
  [{ type: "step.completed", stepId, output: 1, attempts: 0, durationMs: 0, reusedFrom: "e1" }, "fetch reused from e1"],
  [{ type: "compensation.started", stepId, input: 1 }, "fetch (undo) started"],
  [{ type: "attempt.started", stepId, attempt: 1, compensating: true }, undefined],
  [{ type: "compensation.completed", stepId, output: 1, attempts: 1, durationMs: 9 }, "fetch (undo) completed in 9ms"],
];

describe("describeEvent()", () => {
  test.each(lines.map(([event, line]) => [event.type, event, line] as const))(
    "has words for %s",
    (_type, event, line) => {
      expect(describeEvent({ executionId: "x", sequence: 1, elapsedMs: 0, event })).toBe(line);
    },
  );

  test("leaves an agent's progress notes to those who ask for them", () => {
    expect(describeEvent({ executionId: "x", stepId, progress: 0.5 })).toBeUndefined();
  });
});
