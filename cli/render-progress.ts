import type { BudgetView, ExecutionView, StepView } from "../lib/engine/view.ts";
import { isTerminal } from "../lib/engine/state.ts";
import { formatElapsed } from "./elapsed.ts";
import { shortened } from "../dsl/graph/text-width.ts";
import { createPaint } from "./paint.ts";
import { renderStep } from "./step-line.ts";
import { summarize } from "./summarize.ts";
import { terminalText } from "./terminal-text.ts";
import type { StepNode } from "./watched/step-tree.ts";

/** All that is drawn of a run. */
export interface ProgressState {
  readonly view: ExecutionView;
  readonly steps: readonly StepNode[];
}

export interface ProgressOptions {
  readonly width: number;
  /** Lines there are room for; what does not fit is counted in one line. */
  readonly height: number;
  readonly colors: boolean;
  readonly unicode: boolean;
}

interface Row {
  readonly node: StepNode;
  readonly depth: number;
}

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

/** An execution as lines for a terminal: the workflow on top, below it each step with what it runs, and in the end a summary. */
export function renderProgress({ view, steps }: ProgressState, options: ProgressOptions): readonly string[] {
  const { width, height, colors, unicode } = options;
  const paint = createPaint(colors);
  const isOver = isTerminal(view.status);
  const { shown, hidden } = choose([...rowsOf(steps)], height - (isOver ? 3 : 2));
  const name = shortened(terminalText(view.workflow.name), width);
  const facts = shortened(factsOf(view), Math.max(0, width - name.length - 1));
  return [
    `${paint.bold(name)} ${paint.dim(facts)}`.trimEnd(),
    ...shown.flatMap(({ node: { label, step, nowMs, progress }, depth }) =>
      renderStep(label, step, { nowMs, depth, progress, width, hasUnicode: unicode, paint }),
    ),
    ...(hidden.length === 0 ? [] : [paint.dim(shortened(`  and ${countsOf(hidden)}`, width))]),
    ...(isOver ? [paint.dim(shortened(summarize(view), width))] : []),
  ];
}

function factsOf({ status, progress: { settled, total }, durationMs, budget = {} }: ExecutionView): string {
  return [
    status,
    `${settled}/${total} steps`,
    ...(durationMs === undefined ? [] : [formatElapsed(durationMs)]),
    ...budgetTexts(budget),
  ].join(", ");
}

function budgetTexts({ calls, tokens, usd }: BudgetView): readonly string[] {
  return [
    ...(calls === undefined ? [] : [`${calls.used}/${calls.limit} calls`]),
    ...(tokens === undefined ? [] : [`${tokens.used}/${tokens.limit} tokens`]),
    ...(usd === undefined ? [] : [`$${usd.used.toFixed(2)}/$${usd.limit}`]),
  ];
}

function* rowsOf(nodes: readonly StepNode[], depth = 0): Iterable<Row> {
  for (const node of nodes) {
    yield { node, depth };
    yield* rowsOf(node.below, depth + 1);
  }
}

/** Keeps the order of the workflow among those it chooses. A failed step takes two lines. */
function choose(
  rows: readonly Row[],
  room: number,
): { readonly shown: readonly Row[]; readonly hidden: readonly Row[] } {
  const statusOf = ({ node }: Row): StepView["status"] => node.step.status;
  const linesOf = (row: Row): number => (statusOf(row) === "failed" ? 2 : 1);
  if (rows.reduce((lines, row) => lines + linesOf(row), 0) <= room) return { shown: rows, hidden: [] };
  const chosen = new Set<Row>();
  let left = room - 1;
  for (const row of rows.toSorted((a, b) => urgency[statusOf(a)] - urgency[statusOf(b)])) {
    left -= linesOf(row);
    if (left < 0) break;
    chosen.add(row);
  }
  return { shown: rows.filter((row) => chosen.has(row)), hidden: rows.filter((row) => !chosen.has(row)) };
}

/** `12 completed, 3 pending` */
function countsOf(rows: readonly Row[]): string {
  const counts = new Map<string, number>();
  for (const { node } of rows) counts.set(node.step.status, (counts.get(node.step.status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
}
