import type { Bounds } from "../lib/bounds.ts";
import { formatElapsed } from "./elapsed.ts";
import { terminalText } from "./terminal-text.ts";

/** The most of a long path that is shown. */
const maxShown = 8;

/** What a run can come to at most, as lines for people. */
export function describeBounds({ longestPath, attempts, timeMs, cost, perItem, unbounded }: Bounds): readonly string[] {
  const budget = [
    cost.tokens === undefined ? [] : [`${cost.tokens} tokens`],
    cost.usd === undefined ? [] : [`$${cost.usd}`],
    cost.calls === undefined ? [] : [`${cost.calls} calls`],
  ].flat();
  return [
    `  longest path: ${counted(longestPath.length, "step")}, ${shownPath(longestPath)}`,
    `  at most: ${attemptsText(attempts)}, ${timeText(timeMs)}`,
    ...perItem.map(
      ({ stepId, attempts: each, timeMs: time }) =>
        `  per item of "${terminalText(stepId)}": ${attemptsText(each)}, ${timeText(time)}`,
    ),
    ...unbounded.map(({ stepId, reason }) => `  without bound is "${terminalText(stepId)}": ${reason}`),
    ...(budget.length === 0 ? [] : [`  budget: ${budget.join(", ")}`]),
  ];
}

function shownPath(path: readonly string[]): string {
  const shown = path.length <= maxShown ? path : [...path.slice(0, maxShown - 2), "…", ...path.slice(-1)];
  return shown.map(terminalText).join(" -> ");
}

function attemptsText(attempts: number | null): string {
  return attempts === null ? "any number of attempts" : counted(attempts, "attempt");
}

function timeText(timeMs: number | null): string {
  return timeMs === null ? "any time" : formatElapsed(timeMs);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
