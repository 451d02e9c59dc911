import type { ExecutionSummary } from "../../lib/journal/journal.ts";
import { isEnded } from "../../lib/journal/recorded-status.ts";
import { listedExecution } from "../../server/execution-summary.ts";
import type { CliContext } from "../context.ts";
import { formatAge, formatElapsed } from "../elapsed.ts";
import type { ExitCode } from "../exit.ts";
import { isJsonOutput } from "../output-arguments.ts";
import { createPaint, type Paint } from "../paint.ts";
import { readInteger } from "../read-integer.ts";
import { renderTable } from "../render-table.ts";
import { terminalText } from "../terminal-text.ts";
import { terminalOf } from "../terminal.ts";
import { writeJson } from "../write-json.ts";
import { assertStatus } from "./find-execution.ts";
import { openExistingJournal, type StateValues } from "./open-journal.ts";

export interface ListValues extends StateValues {
  readonly status: readonly string[];
  readonly workflow: string | undefined;
  readonly limit: string | undefined;
  readonly all: boolean;
  readonly output: string | undefined;
  readonly json: boolean;
}

const defaultLimit = 20;

const looks: Readonly<Record<ExecutionSummary["status"], keyof Paint>> = {
  queued: "dim",
  running: "cyan",
  waiting: "yellow",
  cancelling: "yellow",
  completed: "green",
  failed: "red",
  cancelled: "yellow",
};

export async function listExecutions(values: ListValues, context: CliContext): Promise<ExitCode> {
  const status = values.status.map((word) => {
    assertStatus(word);
    return word;
  });
  const limit = readInteger("limit", values.limit, 1) ?? defaultLimit;
  await using journal = await openExistingJournal(values, context);
  const executions = await journal.list({
    ...(status.length > 0 && { status }),
    ...(values.workflow !== undefined && { workflowId: values.workflow }),
    children: values.all,
    limit,
  });
  if (isJsonOutput(values)) writeJson(context.stdout, { executions: executions.map(listedExecution) });
  else context.stdout.write(renderList(executions, context));
  return 0;
}

function renderList(executions: readonly ExecutionSummary[], { clock, stdout, env }: CliContext): string {
  if (executions.length === 0) return "No executions\n";
  const now = clock.wall();
  const paint = createPaint(terminalOf(stdout, env).hasColours);
  const rows = executions.map((execution) => {
    const { executionId, workflowId, status, createdAt, updatedAt } = execution;
    return [
      [executionId],
      [terminalText(workflowId)],
      [status, looks[status]],
      [formatAge(now - createdAt)],
      [formatElapsed((isEnded(status) ? updatedAt : now) - createdAt)],
      [noteOn(execution), "dim"],
    ] as const;
  });
  return renderTable(["EXECUTION", "WORKFLOW", "STATUS", "AGE", "DURATION", ""], rows, paint);
}

function noteOn({ status, isOwned, wakeAt, parentId }: ExecutionSummary): string {
  const notes = [
    ...(wakeAt === undefined || isEnded(status) ? [] : [`until ${new Date(wakeAt).toISOString()}`]),
    ...(isOwned || isEnded(status) ? [] : ["no process runs it"]),
    ...(parentId === undefined ? [] : [`child of ${parentId}`]),
  ];
  return notes.join(", ");
}
