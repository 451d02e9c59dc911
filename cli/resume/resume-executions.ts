import type { ExecutionSummary } from "../../lib/journal/journal.ts";
import { isEnded } from "../../lib/journal/recorded-status.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { findExecution } from "../journal/find-execution.ts";
import { openExistingJournal, type StateValues } from "../journal/open-journal.ts";
import type { OperatorValues } from "../operator-arguments.ts";
import { progressMode, type ProgressValues } from "../progress-arguments.ts";
import { readDuration } from "../read-duration.ts";
import { readOperator } from "../read-operator.ts";
import { runInProcess } from "../run-in-process.ts";
import { bringAgents } from "./bring-agents.ts";
import { resumeAll } from "./resume-all.ts";

export interface ResumeValues extends StateValues, ProgressValues, OperatorValues {
  readonly id: string | undefined;
  readonly all: boolean;
  readonly timeout: string | undefined;
  readonly output: string | undefined;
  readonly json: boolean;
}

export async function resumeExecutions(values: ResumeValues, context: CliContext): Promise<ExitCode> {
  progressMode(values);
  const { id, all, timeout } = values;
  if (id === undefined && !all) throw usageError("Cannot resume: it needs <id> or --all", "see --help");
  if (id !== undefined && all)
    throw usageError('Cannot use "--all" with an id: it resumes everything', "keep one of them");
  if (all && timeout !== undefined) throw usageError('Cannot use "--timeout" with "--all": it is for one execution');
  const timeoutMs = readDuration("timeout", timeout);
  const operator = await readOperator(values, context);
  await using journal = await openExistingJournal(values, context, { readonly: false });
  if (id === undefined) return await resumeAll({ ...values, operator }, journal, context);
  const summary = await findExecution(journal, id);
  assertResumable(summary);
  const { executionId, origin } = summary;
  const brought = await bringAgents(origin, context);
  return await runInProcess(
    {
      ...brought,
      operator,
      values,
      journal,
      timeoutMs,
      start: async (engine) => ({ execution: await engine.resume(executionId), isReplay: false }),
      announce: () => `execution ${executionId} resumed`,
    },
    context,
  );
}

function assertResumable({ executionId, status, parentId, isOwned }: ExecutionSummary): void {
  if (isEnded(status)) {
    throw new CliError("EXECUTION_ENDED", `Cannot resume execution "${executionId}": it is ${status}`, {
      fix: `use "orchestr8 rerun ${executionId}"`,
    });
  }
  if (isOwned) {
    throw new CliError("LEASE_LOST", `Cannot resume execution "${executionId}": a process that is alive runs it`, {
      fix: `use "orchestr8 inspect ${executionId}"`,
    });
  }
  if (parentId !== undefined) {
    throw usageError(
      `Cannot resume execution "${executionId}" alone: it runs as a step`,
      `use "orchestr8 resume ${parentId}"`,
    );
  }
}
