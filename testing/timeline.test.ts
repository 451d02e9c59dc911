import { describe, expect, test } from "bun:test";
import type { ExecutionEvent, JournalEntry } from "../lib/engine/events.ts";
import { duration, subjectOf, timeline } from "./timeline.ts";

const error = { name: "Error", code: "UNKNOWN", message: "no", isRetryable: false };
const told = (event: ExecutionEvent, elapsedMs = 0): JournalEntry => ({
  executionId: "e",
  sequence: 1,
  elapsedMs,
  event,
});
const words = (event: ExecutionEvent): string => timeline([told(event)]).trim();

describe("timeline()", () => {
  test("says that nothing happened", () => {
    expect(timeline([])).toBe("  nothing happened");
  });

  test.each<readonly [ExecutionEvent, string]>([
    [{ type: "execution.failing", error }, "+0 ms  execution  is failing: UNKNOWN: no"],
    [{ type: "execution.resumed", downtimeMs: 90_000 }, "+0 ms  execution  resumed after 90 s"],
    [{ type: "wait.started", stepId: "w" }, "+0 ms  w  waits"],
    [{ type: "wait.started", stepId: "w", signal: "go" }, '+0 ms  w  waits for signal "go"'],
    [{ type: "step.expanded", stepId: "s", items: 3 }, "+0 ms  s  runs for 3 items"],
    [{ type: "step.recovered", stepId: "s", fallbackStepId: "f", output: 1 }, "+0 ms  s  recovered by f"],
    [{ type: "step.skipped", stepId: "s", reason: "condition" }, "+0 ms  s  skipped: its condition is false"],
    [{ type: "step.cancelled", stepId: "s", forced: true }, "+0 ms  s  cancelled"],
    [{ type: "step.failed", stepId: "s", error, attempts: 1, durationMs: 1 }, "+0 ms  s  failed: UNKNOWN: no"],
    [{ type: "step.falling_back", stepId: "s", fallbackStepId: "f", error }, "+0 ms  s  falls back to f"],
    [{ type: "step.skipped", stepId: "s", reason: "fallback-not-needed" }, "+0 ms  s  skipped: no fallback is needed"],
    [{ type: "signal.received", name: "go", payload: 1 }, '+0 ms  execution  received signal "go"'],
    [{ type: "execution.cancelling", reason: "enough" }, "+0 ms  execution  is being cancelled: enough"],
    [{ type: "execution.failed", error }, "+0 ms  execution  failed: UNKNOWN: no"],
    [
      { type: "attempt.failed", stepId: "s", attempt: 1, error, durationMs: 1 },
      "+0 ms  s  attempt 1 failed: UNKNOWN: no",
    ],
    [{ type: "attempt.interrupted", stepId: "s", attempt: 1 }, "+0 ms  s  attempt 1 ended with its process"],
    [{ type: "timeout.fired", stepId: "s", attempt: 2, timeoutMs: 5 }, "+0 ms  s  attempt 2 timed out after 5 ms"],
    [{ type: "circuit.opened", stepId: "s", key: "k", retryAfterMs: 1 }, "+0 ms  s  circuit opened: k"],
    [
      { type: "item.failed", stepId: "s", item: 3, error, attempts: 1, durationMs: 1 },
      "+0 ms  s[3]  failed: UNKNOWN: no",
    ],
    [{ type: "compensation.started", stepId: "s", input: 1 }, "+0 ms  s (undo)  started"],
    [{ type: "circuit.closed", stepId: "s", key: "k" }, "nothing happened"],
  ])("says of %j what a reader of a failed test wants to know", (event, line) => {
    expect(words(event)).toBe(line);
  });

  test("leaves out the middle of a long one", () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      told({ type: "wait.started", stepId: `s${index}` }, index * 1_000),
    );
    const lines = timeline(many).split("\n");
    expect([lines.length, lines[30]]).toEqual([61, "  … 40 more …"]);
  });
});

test.each([
  [12, "12 ms"],
  [1_250, "1.3 s"],
  [600_000, "10 min"],
  [259_200_000, "72 h"],
])("%d ms are %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test("a subject is a step, or the execution", () => {
  expect(subjectOf({ type: "execution.failing", error })).toBe("execution");
  expect(subjectOf({ type: "step.expanded", stepId: "s", items: 1 })).toBe("s");
});
