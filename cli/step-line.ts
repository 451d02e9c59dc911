import type { StepView } from "../lib/engine/view.ts";
import type { JsonValue } from "../lib/json.ts";
import { describeWait } from "./describe-wait.ts";
import { formatElapsed } from "./elapsed.ts";
import { columnsOf, shortened } from "../dsl/graph/text-width.ts";
import type { Paint } from "./paint.ts";
import { terminalText } from "./terminal-text.ts";

export interface StepLineOptions {
  /** Milliseconds since the execution was created. */
  readonly nowMs: number;
  /** How deep it stands below other steps, default 0. */
  readonly depth?: number;
  /** What the step's agent said last. */
  readonly progress?: JsonValue | undefined;
  readonly width: number;
  readonly hasUnicode: boolean;
  readonly paint: Paint;
}

type Look = keyof Paint;
type Status = StepView["status"];

/** Status is told by shape and word, never by colour alone. */
const marks: Readonly<Record<Status, readonly [unicode: string, ascii: string, look: Look]>> = {
  pending: ["○", ".", "dim"],
  ready: ["○", ".", "dim"],
  running: ["◐", ">", "cyan"],
  repeating: ["↻", "~", "cyan"],
  mapping: ["◐", ">", "cyan"],
  waiting: ["◷", "?", "yellow"],
  retrying: ["↻", "~", "yellow"],
  recovering: ["↻", "~", "yellow"],
  completed: ["✓", "+", "green"],
  recovered: ["✓", "+", "yellow"],
  failed: ["✗", "x", "red"],
  skipped: ["⊘", "-", "dim"],
  cancelled: ["⊘", "-", "yellow"],
};

const spinner = ["◐", "◓", "◑", "◒"] as const;
const spinnerMs = 250;

/** A step as one line, or two when it failed: mark, id, name, and how it stands. */
export function renderStep(id: string, step: StepView, options: StepLineOptions): readonly string[] {
  const { paint, width, depth = 0 } = options;
  const indent = "  ".repeat(depth + 1);
  const [, , look] = marks[step.status];
  const name = step.name === undefined ? "" : ` ${terminalText(step.name)}`;
  const notes = notesOf(step, options).map((note) => `  ${note}`);
  const line = fit(
    [
      [`${indent}${markOf(step.status, options)}`, look],
      [` ${terminalText(id)}`, "bold"],
      [name, "dim"],
      [notes.join(""), look],
    ],
    width,
    paint,
  );
  return step.status === "failed" && step.error !== undefined
    ? [line, fit([[`${indent}  ${step.error.code}: ${terminalText(step.error.message)}`, "red"]], width, paint)]
    : [line];
}

function markOf(status: Status, { nowMs, hasUnicode }: StepLineOptions): string {
  if (!hasUnicode) return marks[status][1];
  const frame = spinner[Math.floor(nowMs / spinnerMs) % spinner.length];
  const turns = status === "running" || status === "mapping";
  return turns && frame !== undefined ? frame : marks[status][0];
}

function notesOf(step: StepView, { nowMs, progress }: StepLineOptions): readonly string[] {
  const { status, attempts, durationMs, retry, skipped, fallbackStepId, forced } = step;
  return [
    ...(step.workflow === undefined ? [] : [`workflow ${terminalText(step.workflow)}`]),
    ...(step.reusedFrom === undefined ? [] : [`reused from ${terminalText(step.reusedFrom)}`]),
    ...(durationMs === undefined || status === "retrying" || step.reusedFrom !== undefined
      ? []
      : [formatElapsed(durationMs)]),
    ...goingOn(step),
    ...saidText(progress),
    ...(retry === undefined ? [] : [`attempt ${retry.attempt} in ${formatElapsed(retry.wakeMs - nowMs)}`]),
    ...(status === "running" && attempts > 1 ? [`attempt ${attempts}`] : []),
    ...(isEnd(status) && attempts > 1 ? [`${attempts} attempts`] : []),
    ...(skipped === undefined ? [] : [skipped === "condition" ? "skipped" : "fallback not needed"]),
    ...(status === "recovering" ? ["falling back"] : []),
    ...(fallbackStepId === undefined ? [] : [`recovered by ${terminalText(fallbackStepId)}`]),
    ...(status === "cancelled" ? [forced === true ? "cancelled, did not stop in time" : "cancelled"] : []),
  ];
}

/** How far a step is that takes more than one call, or none. */
function goingOn({ items, iteration, waitsFor }: StepView): readonly string[] {
  return [
    ...(items === undefined ? [] : [`${items.settled}/${items.total}`]),
    ...(iteration === undefined ? [] : [`run ${iteration}`]),
    ...(waitsFor === undefined ? [] : [describeWait(waitsFor)]),
  ];
}

/** An agent may say anything of its progress; a line has room for a word or a number. */
function saidText(progress: JsonValue | undefined): readonly string[] {
  return typeof progress === "string" || typeof progress === "number" ? [terminalText(String(progress))] : [];
}

function isEnd(status: Status): boolean {
  return status === "completed" || status === "recovered" || status === "failed" || status === "cancelled";
}

/** Cuts before it paints, so that no colour is left open. */
function fit(parts: readonly (readonly [text: string, look: Look])[], width: number, paint: Paint): string {
  let rest = width;
  let line = "";
  for (const [text, look] of parts) {
    if (rest > 0) line += paint[look](shortened(text, rest));
    rest -= columnsOf(text);
  }
  return line;
}
