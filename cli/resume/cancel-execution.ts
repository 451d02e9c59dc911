import { sleep } from "../../lib/clock.ts";
import type { ExecutionSummary, Journal } from "../../lib/journal/journal.ts";
import { isEnded } from "../../lib/journal/recorded-status.ts";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { findExecution } from "../journal/find-execution.ts";
import { openExistingJournal, type StateValues } from "../journal/open-journal.ts";
import type { OperatorValues } from "../operator-arguments.ts";
import { isJsonOutput } from "../output-arguments.ts";
import { type Operator, readOperator } from "../read-operator.ts";
import { writeJson } from "../write-json.ts";
import { endHere } from "./end-here.ts";

export interface CancelValues extends StateValues, OperatorValues {
  readonly id: string;
  readonly reason: string | undefined;
  readonly output: string | undefined;
  readonly json: boolean;
}

const patienceMs = 5_000;
const pollMs = 50;

/** Leaves the request in the journal, and sees to it that somebody heeds it. */
export async function cancelExecution(values: CancelValues, context: CliContext): Promise<ExitCode> {
  const { reason = "cancelled from the command line" } = values;
  const operator = await readOperator(values, context);
  await using journal = await openExistingJournal(values, context, { readonly: false });
  const found = await findExecution(journal, values.id);
  const isSent = await journal.send(found.executionId, { kind: "cancel", reason });
  const last = isSent ? await waitForEnd(journal, found, operator, context) : await current(journal, found.executionId);
  const { executionId, status } = last;
  if (status === "completed" || status === "failed") {
    throw new CliError("EXECUTION_ENDED", `Cannot cancel execution "${executionId}": it is ${status}`);
  }
  const isAcknowledged = status === "cancelling" || status === "cancelled";
  if (isJsonOutput(values)) writeJson(context.stdout, { executionId, status, isAcknowledged });
  else context.stdout.write(`execution ${executionId} ${isAcknowledged ? status : `${status}, will be cancelled`}\n`);
  return 0;
}

/** Its state when it has ended, or when time is up. */
async function waitForEnd(
  journal: Journal,
  found: ExecutionSummary,
  operator: Operator,
  context: CliContext,
): Promise<ExecutionSummary> {
  const { clock } = context;
  const deadline = clock.now() + patienceMs;
  for (;;) {
    const now = await current(journal, found.executionId);
    if (isEnded(now.status) || clock.now() >= deadline) return now;
    if (now.isOwned) await sleep(clock, pollMs);
    else await endHere(journal, now, operator, context);
  }
}

async function current(journal: Journal, executionId: string): Promise<ExecutionSummary> {
  return await findExecution(journal, executionId);
}
