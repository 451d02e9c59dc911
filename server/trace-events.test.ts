import { describe, expect, test } from "bun:test";
import type { ErrorRecord, ExecutionEvent } from "../lib/engine/events.ts";
import { TraceWriter } from "./trace-events.ts";

const error: ErrorRecord = { name: "Error", code: "UNKNOWN", message: "no", isRetryable: true };
const done = { output: null, attempts: 1, durationMs: 1 };
const failed = { error, attempts: 2, durationMs: 1 };

/** `phase thread name` of each event, a millisecond apart; threads by their names. */
function traced(...events: readonly ExecutionEvent[]): readonly string[] {
  const writer = new TraceWriter();
  const threads = new Map<number, unknown>();
  return events.flatMap((event, index) =>
    writer.events({ executionId: "e1", sequence: index + 1, elapsedMs: index, event }).flatMap((made) => {
      expect(made.ts).toBe(index * 1_000);
      if (made.ph === "M") threads.set(made.tid, made.args?.["name"]);
      return made.ph === "M" ? [] : [`${made.ph} ${String(threads.get(made.tid))} ${made.name}`.trim()];
    }),
  );
}

describe("TraceWriter", () => {
  test("puts attempts, retries and what policies did on the thread of their step", () => {
    expect(
      traced(
        { type: "step.ready", stepId: "a" },
        { type: "step.started", stepId: "a", input: null },
        { type: "attempt.started", stepId: "a", attempt: 1 },
        { type: "timeout.fired", stepId: "a", attempt: 1, timeoutMs: 5 },
        { type: "attempt.failed", stepId: "a", attempt: 1, error, durationMs: 5 },
        { type: "circuit.opened", stepId: "a", key: "k", retryAfterMs: 1 },
        { type: "retry.scheduled", stepId: "a", attempt: 2, delayMs: 1, retryElapsedMs: 1 },
        { type: "attempt.started", stepId: "a", attempt: 2 },
        { type: "attempt.failed", stepId: "a", attempt: 2, error, durationMs: 5 },
        { type: "step.failed", stepId: "a", ...failed },
      ),
    ).toEqual([
      "i a step.ready",
      "B a a",
      "B a attempt 1",
      "i a timeout.fired",
      "E a",
      "i a circuit.opened",
      "i a retry.scheduled",
      "B a attempt 2",
      "E a",
      "E a",
    ]);
  });

  test("gives items and compensations threads of their own", () => {
    expect(
      traced(
        { type: "step.expanded", stepId: "a", items: 2 },
        { type: "item.started", stepId: "a", item: 0, input: null },
        { type: "attempt.started", stepId: "a", item: 0, attempt: 1 },
        { type: "item.completed", stepId: "a", item: 0, ...done },
        { type: "item.started", stepId: "a", item: 1, input: null },
        { type: "item.cancelled", stepId: "a", item: 1, forced: false },
        { type: "step.completed", stepId: "a", ...done },
        { type: "compensation.started", stepId: "a", input: null },
        { type: "attempt.started", stepId: "a", compensating: true, attempt: 1 },
        { type: "compensation.completed", stepId: "a", ...done },
      ),
    ).toEqual([
      "B a a",
      "B a[0] a[0]",
      "B a[0] attempt 1",
      "E a[0]",
      "E a[0]",
      "B a[1] a[1]",
      "E a[1]",
      "E a",
      "B undo a compensation",
      "B undo a attempt 1",
      "E undo a",
      "E undo a",
    ]);
  });

  test("opens a step once, however often it runs, and closes an attempt that nobody saw the end of", () => {
    expect(
      traced(
        { type: "step.started", stepId: "a", input: null },
        { type: "attempt.started", stepId: "a", attempt: 1 },
        { type: "iteration.completed", stepId: "a", iteration: 1, delayMs: 0, ...done },
        { type: "step.started", stepId: "a", input: null },
        { type: "attempt.started", stepId: "a", attempt: 1 },
        { type: "attempt.interrupted", stepId: "a", attempt: 1 },
        { type: "step.falling_back", stepId: "a", fallbackStepId: "b", error },
        { type: "step.recovered", stepId: "a", fallbackStepId: "b", output: null },
        { type: "attempt.interrupted", stepId: "a", attempt: 1 },
      ),
    ).toEqual(["B a a", "B a attempt 1", "E a", "B a attempt 1", "E a", "i a step.falling_back", "E a"]);
  });

  test.each<ExecutionEvent>([
    { type: "execution.completed" },
    { type: "execution.failed", error },
    { type: "execution.cancelled", reason: "enough" },
  ])("ends the execution's thread with it: $type", (end) => {
    const created: ExecutionEvent = {
      type: "execution.created",
      workflowId: "w",
      workflowVersion: "1.0.0",
      workflowHash: "h",
      input: null,
      correlationId: "c",
      createdAt: 0,
      seed: "s",
    };
    expect(traced(created, { type: "execution.started" }, end)).toEqual([
      "B e1 execution",
      "i e1 execution.started",
      "E e1",
    ]);
  });
});
