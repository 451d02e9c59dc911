import type { ExecutionView, StepView } from "../lib/engine/view.ts";
import { formatElapsed } from "./elapsed.ts";
import { createPaint } from "./paint.ts";
import { renderStep } from "./step-line.ts";
import { terminalText } from "./terminal-text.ts";

export interface ProgressOptions {
  readonly width: number;
  /** Lines there are room for; what does not fit is counted in one line. */
  readonly height: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly colors: boolean;
  readonly unicode: boolean;
}

type Row = readonly [id: string, step: StepView];

/** What a person wants to see first when there is no room for all. */
const urgency: Readonly<Record<StepView["status"], number>> = {
  failed: 0,
  running: 1,
  mapping: 1,
  repeating: 1,
  retrying: 1,
  recovering: 1,
  waiting: 1,
  cancelled: 2,
  recovered: 3,
  completed: 4,
  skipped: 5,
  ready: 6,
  pending: 6,
};

/** An execution as lines for a terminal, the workflow on top and each step below it. */
export function renderProgress(view: ExecutionView, options: ProgressOptions): readonly string[] {
  const { width, height, now, colors, unicode } = options;
  const paint = createPaint(colors);
  const stepOptions = { nowMs: now - Date.parse(view.createdAt), width, hasUnicode: unicode, paint };
  const { shown, hidden } = choose(Object.entries(view.steps), height - 2);
  const { settled, total } = view.progress;
  const duration = view.durationMs === undefined ? "" : `, ${formatElapsed(view.durationMs)}`;
  return [
    `${paint.bold(terminalText(view.workflow.name))} ${paint.dim(`${view.status}, ${settled}/${total} steps${duration}`)}`,
    ...shown.flatMap(([id, step]) => renderStep(id, step, stepOptions)),
    ...(hidden.length === 0 ? [] : [paint.dim(`  and ${summaryOf(hidden)}`)]),
  ];
}

/** Keeps the order of the workflow among those it chooses. A failed step takes two lines. */
function choose(
  rows: readonly Row[],
  room: number,
): { readonly shown: readonly Row[]; readonly hidden: readonly Row[] } {
  const linesOf = ([, { status }]: Row): number => (status === "failed" ? 2 : 1);
  if (rows.reduce((lines, row) => lines + linesOf(row), 0) <= room) return { shown: rows, hidden: [] };
  const chosen = new Set<Row>();
  let left = room - 1;
  for (const row of rows.toSorted(([, a], [, b]) => urgency[a.status] - urgency[b.status])) {
    left -= linesOf(row);
    if (left < 0) break;
    chosen.add(row);
  }
  return { shown: rows.filter((row) => chosen.has(row)), hidden: rows.filter((row) => !chosen.has(row)) };
}

/** `12 completed, 3 pending` */
function summaryOf(rows: readonly Row[]): string {
  const counts = new Map<string, number>();
  for (const [, { status }] of rows) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
}
