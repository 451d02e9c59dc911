import type { ExecutionView, StepView } from "../../lib/engine/view.ts";
import { formatElapsed } from "../elapsed.ts";
import { terminalText } from "../terminal-text.ts";
import type { Look } from "./look.ts";

const maxRows = 100;
const maxLabel = 24;
/** Room for the duration behind a bar. */
const timeWidth = 10;

interface Row {
  readonly id: string;
  readonly step: StepView;
  readonly startMs: number;
  readonly durationMs: number;
}

/** When each step ran, as bars under each other. A wait is drawn lighter than work. */
export function renderTimeline(view: ExecutionView, { paint, hasUnicode, width }: Look): readonly string[] {
  const rows = Object.entries(view.steps)
    .map(([id, step]): Row => ({ id, step, startMs: step.startedMs ?? -1, durationMs: step.durationMs ?? 0 }))
    .filter(({ startMs, step }) => startMs >= 0 && step.reusedFrom === undefined);
  if (rows.length === 0) return [];
  const shown = rows.slice(0, maxRows);
  const from = shown.reduce((least, { startMs }) => Math.min(least, startMs), Infinity);
  const until = shown.reduce((most, { startMs, durationMs }) => Math.max(most, startMs + durationMs), from);
  const label = shown.reduce((most, { id }) => Math.max(most, Math.min(id.length, maxLabel)), 1);
  const room = Math.max(10, width - label - timeWidth - 6);
  const perCell = Math.max(until - from, 1) / room;
  const lines = shown.map(({ id, step, startMs, durationMs }) => {
    const start = Math.min(room - 1, Math.floor((startMs - from) / perCell));
    const cells = Math.max(1, Math.min(room - start, Math.round(durationMs / perCell)));
    const bar = `${" ".repeat(start)}${markOf(step, hasUnicode).repeat(cells)}`;
    const name = terminalText(id).slice(0, label).padEnd(label);
    return `  ${paint.dim(name)}  ${paint[lookOf(step)](bar.padEnd(room))}  ${formatElapsed(durationMs)}`;
  });
  const rest = rows.length - shown.length;
  return rest === 0 ? lines : [...lines, paint.dim(`  and ${rest} more`)];
}

/** Only a step that calls something works; the others wait. */
function markOf({ agent, workflow }: StepView, hasUnicode: boolean): string {
  const isWait = agent === undefined && workflow === undefined;
  if (hasUnicode) return isWait ? "░" : "█";
  return isWait ? "." : "#";
}

function lookOf({ status }: StepView): "green" | "red" | "yellow" | "cyan" {
  if (status === "completed") return "green";
  if (status === "failed") return "red";
  return status === "recovered" || status === "cancelled" || status === "waiting" ? "yellow" : "cyan";
}
