import { expect, test } from "bun:test";
import type { ExecutionView, StepView } from "../lib/engine/view.ts";
import { summarize } from "./summarize.ts";

const error = { name: "Error", code: "UNKNOWN", message: "no", isRetryable: false };

function viewOf(steps: Readonly<Record<string, StepView>>): ExecutionView {
  return {
    executionId: "x",
    status: "failed",
    workflow: { id: "flow", name: "Flow", version: "1.0.0", hash: "" },
    correlationId: "x",
    createdAt: "2026-01-01T00:00:00.000Z",
    durationMs: 1_234,
    sequence: 9,
    progress: { total: 6, settled: 6, running: 0 },
    input: {},
    steps,
  };
}

test("summarize() counts each step once, and the attempts of all", () => {
  expect(
    summarize(
      viewOf({
        a: { status: "completed", attempts: 3 },
        b: { status: "recovered", attempts: 1, error },
        c: { status: "failed", attempts: 2, error },
        d: { status: "skipped", attempts: 0 },
        e: { status: "completed", attempts: 0, reusedFrom: "x" },
        f: { status: "cancelled", attempts: 1 },
      }),
    ),
  ).toBe("2 done, 1 failed, 1 cancelled, 1 skipped, 1 reused; 7 attempts in 1.2s");
});

test("summarize() does not speak of what was not", () => {
  expect(summarize(viewOf({ a: { status: "completed", attempts: 1 } }))).toBe("1 done; 1 attempt in 1.2s");
});
