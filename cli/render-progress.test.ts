import { describe, expect, test } from "bun:test";
import type { ExecutionView, StepView } from "../lib/engine/view.ts";
import { renderProgress } from "./render-progress.ts";
import { Branches } from "./watched/branches.ts";
import { stepTree } from "./watched/step-tree.ts";

const createdAt = "2026-01-01T00:00:00.000Z";
const error = { name: "Error", code: "TIMEOUT", message: "took\nlonger \u001B[2Jthan 1 s", isRetryable: true };

function viewOf(steps: Readonly<Record<string, StepView>>, name = "Flow"): ExecutionView {
  return {
    executionId: "x",
    status: "running",
    workflow: { id: "flow", name, version: "1.0.0", hash: "" },
    correlationId: "x",
    createdAt,
    startedAt: createdAt,
    durationMs: 5_000,
    sequence: 1,
    progress: { total: Object.keys(steps).length, settled: 2, running: 1 },
    input: {},
    steps,
  };
}

const every: Readonly<Record<string, StepView>> = {
  load: { status: "completed", name: "Load it", agent: "@t/a", attempts: 1, durationMs: 12 },
  fetch: { status: "running", agent: "@t/a", attempts: 2, durationMs: 1_290 },
  retry: {
    status: "retrying",
    agent: "@t/a",
    attempts: 1,
    durationMs: 900,
    retry: { attempt: 2, delayMs: 2_000, wakeMs: 6_400 },
  },
  broken: { status: "failed", agent: "@t/a", attempts: 3, durationMs: 59_960, error },
  saved: { status: "recovered", agent: "@t/a", attempts: 1, durationMs: 5, error, fallbackStepId: "plan-b" },
  saving: { status: "recovering", agent: "@t/a", attempts: 1, durationMs: 5, error },
  unneeded: { status: "skipped", agent: "@t/a", attempts: 0, skipped: "fallback-not-needed" },
  unwanted: { status: "skipped", agent: "@t/a", attempts: 0, skipped: "condition" },
  stopped: { status: "cancelled", agent: "@t/a", attempts: 1, durationMs: 7_200_000, forced: true },
  each: { status: "mapping", agent: "@t/a", attempts: 0, durationMs: 5, items: { total: 10, settled: 3, running: 2 } },
  again: { status: "repeating", agent: "@t/a", attempts: 0, durationMs: 5, iteration: 3 },
  approval: { status: "waiting", attempts: 0, durationMs: 5, waitsFor: { signal: "approve", until: createdAt } },
  child: { status: "running", workflow: "etl", attempts: 1, durationMs: 5 },
  kept: { status: "completed", agent: "@t/a", attempts: 0, durationMs: 0, reusedFrom: "e1" },
  next: { status: "ready", agent: "@t/a", attempts: 0 },
  later: { status: "pending", agent: "@t/a", attempts: 0 },
};

const options = { width: 80, height: 24, colors: false, unicode: true };

function render(view: ExecutionView, more: Partial<typeof options> = {}, branches = new Branches()): readonly string[] {
  return renderProgress({ view, steps: stepTree(view, branches) }, { ...options, ...more });
}

describe("renderProgress()", () => {
  test("tells each status by its shape and, where the shape is not enough, in words", () => {
    expect(render(viewOf(every))).toEqual([
      "Flow running, 2/16 steps, 5.0s",
      "  ✓ load Load it  12ms",
      "  ◐ fetch  1.2s  attempt 2",
      "  ↻ retry  attempt 2 in 1.4s",
      "  ✗ broken  59.9s  3 attempts",
      "    TIMEOUT: took longer than 1 s",
      "  ✓ saved  5ms  recovered by plan-b",
      "  ↻ saving  5ms  falling back",
      "  ⊘ unneeded  fallback not needed",
      "  ⊘ unwanted  skipped",
      "  ⊘ stopped  2h 00m  cancelled, did not stop in time",
      "  ◐ each  5ms  3/10",
      "  ↻ again  5ms  run 3",
      '  ◷ approval  5ms  waits for signal "approve" until 2026-01-01T00:00:00.000Z',
      "  ◐ child  workflow etl  5ms",
      "  ✓ kept  reused from e1",
      "  ○ next",
      "  ○ later",
    ]);
  });

  test("does without Unicode", () => {
    const lines = render(viewOf(every), { unicode: false });
    expect(lines.slice(1).map((line) => line[2])).toEqual([
      "+",
      ">",
      "~",
      "x",
      " ",
      "+",
      "~",
      "-",
      "-",
      "-",
      ">",
      "~",
      "?",
      ">",
      "+",
      ".",
      ".",
    ]);
  });

  test("turns its mark and counts down as time goes by", () => {
    const later = render({ ...viewOf(every), durationMs: 6_250 });
    expect([later[2], later[3]]).toEqual(["  ◓ fetch  1.2s  attempt 2", "  ↻ retry  attempt 2 in 150ms"]);
  });

  test("shows what is urgent when there is no room for all, and counts the rest", () => {
    const steps: Record<string, StepView> = {};
    for (let index = 0; index < 1_000; index++) {
      steps[`s${index}`] = { status: index < 900 ? "completed" : "pending", agent: "@t/a", attempts: 1, durationMs: 1 };
    }
    const view = viewOf({ ...steps, now: { status: "running", agent: "@t/a", attempts: 1, durationMs: 1 } });
    expect(render(view, { height: 5 })).toEqual([
      "Flow running, 2/1001 steps, 5.0s",
      "  ✓ s0  1ms",
      "  ◐ now  1ms",
      "  and 899 completed, 100 pending",
    ]);
    for (const height of [0, 1, 2, 3, 4, 10]) {
      expect(render(view, { height }).length).toBeLessThanOrEqual(Math.max(height, 2));
    }
  });

  test("never draws wider than the terminal, nor lets a name steer it", () => {
    const step: StepView = {
      status: "failed",
      name: "x".repeat(100),
      agent: "@t/a",
      attempts: 1,
      durationMs: 1,
      error,
    };
    const view = viewOf({ [`\u001B]0;title\u0007${"i".repeat(9)}`]: step }, "\u009B2JFlow\u202E");
    const lines = render(view, { width: 20 });
    expect(lines).toEqual(["Flow running, 2/1 s…", "  ✗ iiiiiiiii xxxxx…", "    TIMEOUT: took l…"]);
  });

  test("counts the columns of a terminal, not letters", () => {
    const step: StepView = { status: "completed", name: "データを読み込む", attempts: 1, durationMs: 1 };
    expect(render(viewOf({ a: step }), { width: 16 })[1]).toBe("  ✓ a データを…");
  });

  test("closes every colour it opens, also where it cuts", () => {
    for (const width of [5, 12, 20, 80]) {
      for (const line of render(viewOf(every), { width, colors: true })) {
        const codes = [...line.matchAll(/\p{Cc}\[(\d+)m/gu)].map(([, code]) => Number(code));
        const opened = codes.filter((code) => [1, 2, 31, 32, 33, 36].includes(code));
        expect(codes).toHaveLength(opened.length * 2);
      }
    }
  });
});
