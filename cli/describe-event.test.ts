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
