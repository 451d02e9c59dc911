import { describe, expect, test } from "bun:test";
import type { ExportedEntry } from "../../lib/journal/export-journal.ts";
import type { ExecutionEvent } from "../../lib/engine/events.ts";
import { lanesOf } from "./timeline.js";

const error = { name: "Error", code: "UNKNOWN", message: "closed", isRetryable: true };

function at(elapsedMs: number, event: ExecutionEvent): ExportedEntry {
  return { sequence: elapsedMs + 1, time: "2026-03-01T09:00:00.000Z", elapsedMs, deltaMs: 0, ...event };
}

function spansOf(entries: readonly ExportedEntry[], nowMs: number): readonly string[] {
  const { spans = [] } = lanesOf(entries, nowMs).get("a") ?? {};
  return spans.map(({ kind, state, fromMs, toMs, text }) => `${fromMs}-${toMs} ${kind} ${state}: ${text}`);
}

describe("lanesOf()", () => {
  test.each<readonly [string, ExecutionEvent, string]>([
    ["its process", { type: "attempt.interrupted", stepId: "a", attempt: 1 }, "failed"],
    ["its end", { type: "step.completed", stepId: "a", output: 1, attempts: 1, durationMs: 1 }, "done"],
    ["its fallback", { type: "step.recovered", stepId: "a", fallbackStepId: "b", output: 1 }, "done"],
    ["its failure", { type: "step.failed", stepId: "a", error, attempts: 1, durationMs: 1 }, "failed"],
    ["its cancellation", { type: "step.cancelled", stepId: "a", forced: false }, "failed"],
    [
      "that of its undoing",
      { type: "compensation.completed", stepId: "a", output: 1, attempts: 1, durationMs: 1 },
      "done",
    ],
    [
      "the failure of its undoing",
      { type: "compensation.failed", stepId: "a", error, attempts: 1, durationMs: 1 },
      "failed",
    ],
  ])("ends an attempt with %s", (_what, event, state) => {
    const undoing = event.type.startsWith("compensation.") ? ({ compensating: true } as const) : {};
    const entries = [at(0, { type: "attempt.started", stepId: "a", attempt: 1, ...undoing }), at(9, event)];
    const [span, ...others] = spansOf(entries, 40);
    expect(span).toMatch(new RegExp(`^0-9 attempt ${state}: .*attempt 1$`));
    expect(others).toEqual([]);
  });

  test("shows attempts and the rests between them, and what still goes on until now", () => {
    const entries = [
      at(0, { type: "step.started", stepId: "a", input: { n: 1 } }),
      at(0, { type: "attempt.started", stepId: "a", attempt: 1 }),
      at(10, { type: "attempt.failed", stepId: "a", attempt: 1, error, durationMs: 10 }),
      at(10, { type: "retry.scheduled", stepId: "a", attempt: 2, delayMs: 20, retryElapsedMs: 0 }),
      at(30, { type: "attempt.started", stepId: "a", attempt: 2 }),
    ];
    expect(spansOf(entries, 40)).toEqual([
      "0-10 attempt failed: attempt 1",
      "10-30 delay done: rests before attempt 2",
      "30-40 attempt running: attempt 2",
    ]);
    expect(lanesOf(entries, 40).get("a")).toMatchObject({ input: { n: 1 }, notes: ["attempt 1 failed: closed"] });
    const ended = at(35, { type: "step.completed", stepId: "a", output: null, attempts: 2, durationMs: 35 });
    expect(spansOf([...entries, ended], 40).at(-1)).toBe("30-35 attempt done: attempt 2");
  });

  test("keeps the items of a step apart, and ends them with it", () => {
    const entries = [
      at(0, { type: "attempt.started", stepId: "a", item: 0, attempt: 1 }),
      at(5, { type: "attempt.started", stepId: "a", item: 1, attempt: 1 }),
      at(7, { type: "attempt.failed", stepId: "a", item: 0, attempt: 1, error, durationMs: 7 }),
      at(9, { type: "step.cancelled", stepId: "a", forced: false }),
    ];
    expect(spansOf(entries, 40)).toEqual([
      "0-7 attempt failed: item 0, attempt 1",
      "5-9 attempt failed: item 1, attempt 1",
    ]);
  });

  test("shows a wait, and nothing of a step that has not begun", () => {
    const entries = [
      at(0, { type: "step.ready", stepId: "b" }),
      at(2, { type: "wait.started", stepId: "a", signal: "approve" }),
    ];
    expect(spansOf(entries, 9)).toEqual(['2-9 wait running: waits for "approve"']);
    expect([...lanesOf(entries, 9).keys()]).toEqual(["a"]);
  });

  test("stops at 200 spans of a step", () => {
    const entries = Array.from({ length: 300 }, (_, index) =>
      at(index, { type: "attempt.started", stepId: "a", attempt: index + 1 }),
    );
    expect(spansOf(entries, 400)).toHaveLength(200);
  });
});
