import type { JournalEntry } from "../../lib/engine/events.ts";
import { exportJournal } from "../../lib/journal/export-journal.ts";
import type { ExecutionSummary, Journal } from "../../lib/journal/journal.ts";
import { isEnded } from "../../lib/journal/recorded-status.ts";
import type { CliContext } from "../context.ts";
import { describeEvent, subjectOf } from "../describe-event.ts";
import { exitCodeOfStop, type ExitCode } from "../exit.ts";
import { createMessages } from "../messages.ts";
import { createPaint } from "../paint.ts";
import { terminalOf } from "../terminal.ts";
import { untilStopped } from "../until-stopped.ts";
import { findExecution } from "./find-execution.ts";
import { followEntries } from "./follow-entries.ts";
import { openExistingJournal, type StateValues } from "./open-journal.ts";
import { unknownStep } from "./unknown-step.ts";

export interface LogsValues extends StateValues {
  readonly id: string;
  readonly follow: boolean;
  readonly step: string | undefined;
  readonly json: boolean;
}

/** Prints the entries of an execution, until its end or as far as it is. */
export async function showLogs(values: LogsValues, context: CliContext): Promise<ExitCode> {
  const { follow, step, json } = values;
  await using journal = await openExistingJournal(values, context);
  const summary = await findExecution(journal, values.id);
  const { executionId } = summary;
  if (step !== undefined) await assertStep(journal, executionId, step);
  if (follow) warnOfNobody(summary, context);
  using stopped = untilStopped(context);
  const printer = json ? createJsonPrinter(executionId) : createTextPrinter(context);
  for await (const page of followEntries(journal, executionId, { ...context, follow, signal: stopped.signal })) {
    const lines = printer(page, ({ event }) => step === undefined || ("stepId" in event && event.stepId === step));
    if (lines.length > 0) context.stdout.write(lines.map((line) => `${line}\n`).join(""));
    // Whoever read it has seen enough.
    if (context.stdout.destroyed === true) return 0;
  }
  return stopped.cause === undefined ? 0 : exitCodeOfStop(stopped.cause);
}

type Printer = (page: readonly JournalEntry[], isWanted: (entry: JournalEntry) => boolean) => readonly string[];

/** The lines of `export --format ndjson`. Each tells how long after the one before it in the journal it came. */
function createJsonPrinter(executionId: string): Printer {
  let from: { createdAt: number; elapsedMs: number } | undefined;
  return (page, isWanted) => {
    const { entries } = exportJournal(executionId, page, from);
    const [first] = page;
    const last = page.at(-1);
    if (first?.event.type === "execution.created") from = { createdAt: first.event.createdAt, elapsedMs: 0 };
    if (last !== undefined && from !== undefined) from = { ...from, elapsedMs: last.elapsedMs };
    return page.flatMap((entry, index) =>
      isWanted(entry) ? [JSON.stringify({ executionId, ...entries[index] })] : [],
    );
  };
}

function createTextPrinter({ stdout, env }: CliContext): Printer {
  const { dim } = createPaint(terminalOf(stdout, env).hasColours);
  let createdAt = 0;
  return (page, isWanted) => {
    const [first] = page;
    if (first?.event.type === "execution.created") ({ createdAt } = first.event);
    return page.filter(isWanted).map((entry) => {
      const time = new Date(createdAt + entry.elapsedMs).toISOString();
      const words = describeEvent(entry) ?? subjectOf(entry.event) ?? "";
      return `${dim(time)}  ${entry.event.type.padEnd(typeColumns)}  ${words}`.trimEnd();
    });
  };
}

/** As long as the longest type that is common. */
const typeColumns = "execution.completed".length;

async function assertStep(journal: Journal, executionId: string, step: string): Promise<void> {
  const ids = (await journal.load(executionId))?.workflow.steps.map(({ id }) => id) ?? [];
  if (!ids.includes(step)) throw unknownStep(step, ids, "step");
}

function warnOfNobody({ executionId, status, isOwned }: ExecutionSummary, context: CliContext): void {
  if (isOwned || isEnded(status)) return;
  createMessages(context).warn(`No process runs it; "orchestr8 resume ${executionId}" goes on with it`);
}
