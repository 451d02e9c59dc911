import type { JournalEntry } from "../../lib/engine/events.ts";
import type { ExecutionView, StepView } from "../../lib/engine/view.ts";
import { exportJournal, type ExportedEntry } from "../../lib/journal/export-journal.ts";
import type { JsonValue } from "../../lib/json.ts";
import { unknownStep } from "../journal/unknown-step.ts";
import { renderStep } from "../step-line.ts";
import { terminalJson, terminalText } from "../terminal-text.ts";
import type { Look } from "./look.ts";
import { renderEntries } from "./render-entries.ts";
import { indented, linesOf, renderSections, type Section } from "./sections.ts";

/** One step with all that is recorded of it. */
export interface StepDetail extends StepView {
  readonly executionId: string;
  readonly stepId: string;
  /** What it was last called with, redacted. */
  readonly input?: JsonValue;
  readonly entries: readonly ExportedEntry[];
}

/** @throws {CliError} that suggests the nearest step. */
export function stepDetail(view: ExecutionView, entries: readonly JournalEntry[], stepId: string): StepDetail {
  const step = Object.hasOwn(view.steps, stepId) ? view.steps[stepId] : undefined;
  if (step === undefined) throw unknownStep(stepId, Object.keys(view.steps), "step");
  const all = exportJournal(view.executionId, entries).entries;
  const own = all.filter((entry) => "stepId" in entry && entry.stepId === stepId);
  const started = own.findLast((entry) => entry.type === "step.started");
  const input = started?.type === "step.started" ? { input: started.input } : {};
  return { executionId: view.executionId, stepId, ...step, ...input, entries: own };
}

export function renderStepDetail(detail: StepDetail, entries: readonly JournalEntry[], look: Look): string {
  const { stepId, executionId, input, output, error } = detail;
  const { paint, width, hasUnicode } = look;
  const [line = ""] = renderStep(stepId, detail, { nowMs: 0, width, hasUnicode, paint });
  const sections: readonly Section[] = [
    ["Input", input === undefined ? [] : indented(terminalJson(input))],
    ["Output", output === undefined ? [] : indented(terminalJson(output))],
    ["Error", error === undefined ? [] : [paint.red(`  ${terminalText(`${error.code}: ${error.message}`)}`)]],
  ];
  const own = entries.filter(({ event }) => "stepId" in event && event.stepId === stepId);
  const table = own.length === 0 ? "" : `\n${paint.bold("Journal")}\n${renderEntries(own, look)}`;
  return linesOf([paint.bold(`execution ${executionId}`), line]) + renderSections(sections, paint) + table;
}
