import type { JournalEntry } from "../../lib/engine/events.ts";
import { isTerminal } from "../../lib/engine/state.ts";
import type { ExecutionView } from "../../lib/engine/view.ts";
import type { ExecutionSummary } from "../../lib/journal/journal.ts";
import { subjectOf } from "../describe-event.ts";
import { formatAge, formatElapsed } from "../elapsed.ts";
import { renderStep } from "../step-line.ts";
import { terminalJson, terminalText } from "../terminal-text.ts";
import type { Look } from "./look.ts";
import { indented, linesOf, renderSections, type Section } from "./sections.ts";
import { renderTimeline } from "./timeline.ts";

export interface InspectionOptions extends Look {
  readonly summary: Pick<ExecutionSummary, "isOwned" | "origin" | "sequence">;
  /** Whether an earlier moment is shown. */
  readonly isPast: boolean;
  /** The entry that the view stands after, where one was asked for. */
  readonly lastEntry: JournalEntry | undefined;
}

/** An execution as a report for a terminal. */
export function renderInspection(view: ExecutionView, options: InspectionOptions): string {
  const { paint } = options;
  const took = view.durationMs === undefined ? "" : formatElapsed(view.durationMs);
  const isOver = isTerminal(view.status);
  const time = took === "" ? "" : isOver ? ` in ${took}` : `, ${took} so far`;
  const head = `${paint.bold(`execution ${view.executionId}`)} ${view.status}${time}`;
  const sections: readonly Section[] = [
    ["Steps", stepLines(view, options)],
    ["Timeline", renderTimeline(view, options)],
    ["Error", view.error === undefined ? [] : [paint.red(`  ${errorText(view.error)}`)]],
    ["Output", view.output === undefined ? [] : indented(terminalJson(view.output))],
  ];
  return linesOf([head, ...factLines(view, options)]) + renderSections(sections, paint);
}

function factLines(view: ExecutionView, options: InspectionOptions): readonly string[] {
  const { workflow, createdAt, correlationId, executionId } = view;
  const { summary, isPast, lastEntry, now } = options;
  const isLeft = !isPast && !summary.isOwned && !isTerminal(view.status);
  const facts: readonly (readonly [name: string, text: string | undefined])[] = [
    ["workflow", `${workflow.id} ${workflow.version}${workflow.name === workflow.id ? "" : `, ${workflow.name}`}`],
    ["module", summary.origin],
    ["created", `${createdAt}, ${formatAge(now - Date.parse(createdAt))} ago`],
    ["correlation", correlationId === executionId ? undefined : correlationId],
    ["child of", view.parentId],
    ["rerun of", view.forkOf],
    ["reason", view.reason],
    ["entry", lastEntry && `${entryText(lastEntry)}, ${view.sequence} of ${summary.sequence}`],
    ["owner", isLeft ? `no process runs it; "orchestr8 resume ${executionId}" goes on with it` : undefined],
  ];
  return facts.flatMap(([name, text]) =>
    text === undefined ? [] : [`  ${options.paint.dim(name.padEnd(11))} ${terminalText(text)}`],
  );
}

function entryText({ event }: JournalEntry): string {
  const subject = subjectOf(event);
  return subject === undefined ? event.type : `${event.type} ${subject}`;
}

function stepLines(view: ExecutionView, options: InspectionOptions): readonly string[] {
  const { now, width, hasUnicode, paint, isPast, lastEntry } = options;
  const nowMs = isPast && lastEntry !== undefined ? lastEntry.elapsedMs : now - Date.parse(view.createdAt);
  return Object.entries(view.steps).flatMap(([id, step]) => renderStep(id, step, { nowMs, width, hasUnicode, paint }));
}

function errorText({ code, message }: NonNullable<ExecutionView["error"]>): string {
  return `${terminalText(code)}: ${terminalText(message)}`;
}
