import { readShown } from "../../lib/engine/stored.ts";
import { viewOf, type ExecutionView } from "../../lib/engine/view.ts";
import { exportJournal } from "../../lib/journal/export-journal.ts";
import type { ExecutionSummary } from "../../lib/journal/journal.ts";
import type { JournalEntry } from "../../lib/engine/events.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { findExecution } from "../journal/find-execution.ts";
import { openExistingJournal, type StateValues } from "../journal/open-journal.ts";
import { isJsonOutput } from "../output-arguments.ts";
import { createPaint } from "../paint.ts";
import { readInteger } from "../read-integer.ts";
import { terminalOf } from "../terminal.ts";
import { writeJson } from "../write-json.ts";
import type { Look } from "./look.ts";
import { renderEntries } from "./render-entries.ts";
import { renderInspection } from "./render-inspection.ts";
import { renderStepDetail, stepDetail } from "./step-detail.ts";

export interface InspectValues extends StateValues {
  readonly id: string;
  readonly journal: boolean;
  readonly step: string | undefined;
  readonly at: string | undefined;
  readonly output: string | undefined;
  readonly json: boolean;
}

/** What is known of an execution at one point of its journal. */
interface Subject {
  readonly summary: ExecutionSummary;
  readonly view: ExecutionView;
  readonly entries: readonly JournalEntry[];
  readonly isPast: boolean;
}

export async function inspectExecution(values: InspectValues, context: CliContext): Promise<ExitCode> {
  if (values.journal && values.step !== undefined) {
    throw usageError('Cannot use "--journal" with "--step": a step is shown with its events', "keep one of them");
  }
  const subject = await readSubject(values, context);
  if (isJsonOutput(values)) writeJson(context.stdout, documentOf(subject, values));
  else context.stdout.write(textOf(subject, values, lookOf(context)));
  return 0;
}

async function readSubject(values: InspectValues, context: CliContext): Promise<Subject> {
  const wanted = readInteger("at", values.at, 1);
  await using journal = await openExistingJournal(values, context);
  const summary = await findExecution(journal, values.id);
  const { executionId } = summary;
  // Whatever is recorded from now on is not looked at, so that the parts agree.
  const { sequence } = summary;
  if (wanted !== undefined && wanted > sequence) {
    throw usageError(`Cannot use "--at ${wanted}": the journal has ${sequence} entries`);
  }
  const limit = wanted ?? sequence;
  const state = await readShown(journal, executionId, limit);
  if (state === undefined) throw new CliError("EXECUTION_NOT_FOUND", `Cannot find execution "${executionId}"`);
  const isPast = limit < sequence;
  const view = viewOf(state, isPast ? state.elapsedMs : context.clock.wall() - state.createdAt);
  const needsEntries = values.journal || values.step !== undefined || wanted !== undefined;
  const entries = needsEntries ? await journal.read(executionId, { limit }) : [];
  return { summary, view, entries, isPast };
}

function documentOf({ view, entries }: Subject, { journal, step }: InspectValues): object {
  if (journal) return exportJournal(view.executionId, entries);
  return step === undefined ? view : stepDetail(view, entries, step);
}

function textOf({ summary, view, entries, isPast }: Subject, { journal, step }: InspectValues, look: Look): string {
  if (journal) return renderEntries(entries, look);
  if (step !== undefined) return renderStepDetail(stepDetail(view, entries, step), entries, look);
  return renderInspection(view, { ...look, summary, isPast, lastEntry: entries.at(-1) });
}

function lookOf({ stdout, env, clock }: CliContext): Look {
  const { hasColours, hasUnicode } = terminalOf(stdout, env);
  return { paint: createPaint(hasColours), hasUnicode, width: stdout.columns ?? 100, now: clock.wall() };
}
