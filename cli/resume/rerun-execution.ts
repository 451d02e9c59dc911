import { nearest } from "../../dsl/nearest.ts";
import type { RerunOptions } from "../../lib/engine/engine.ts";
import type { Journal } from "../../lib/journal/journal.ts";
import { usageError } from "../cli-error.ts";
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

export interface RerunValues extends StateValues, ProgressValues, OperatorValues {
  readonly id: string;
  readonly from: string | undefined;
  readonly reuse: boolean;
  readonly timeout: string | undefined;
  readonly output: string | undefined;
  readonly json: boolean;
}

export async function rerunExecution(values: RerunValues, context: CliContext): Promise<ExitCode> {
  progressMode(values);
  const { from } = values;
  const timeoutMs = readDuration("timeout", values.timeout);
  const operator = await readOperator(values, context);
  await using journal = await openExistingJournal(values, context, { readonly: false });
  const { executionId, origin } = await findExecution(journal, values.id);
  if (from !== undefined) await assertStep(journal, executionId, from);
  const brought = await bringAgents(origin, context);
  const options: RerunOptions = { ...(from !== undefined && { from }), ...(values.reuse && { reuse: "unchanged" }) };
  return await runInProcess(
    {
      ...brought,
      operator,
      values,
      journal,
      timeoutMs,
      start: async (engine) => ({ execution: await engine.rerun(executionId, options), isReplay: false }),
      announce: ({ execution }) => `execution ${execution.id} runs ${executionId} again`,
    },
    context,
  );
}

async function assertStep(journal: Journal, executionId: string, from: string): Promise<void> {
  const stored = await journal.load(executionId);
  const ids = stored?.workflow.steps.map(({ id }) => id) ?? [];
  if (ids.includes(from)) return;
  const near = nearest(from, ids);
  const known = ids.map((id) => `"${id}"`).join(", ");
  throw usageError(
    `Cannot rerun execution "${executionId}" from step "${from}": the steps are ${known}`,
    near && `use "--from ${near}"`,
  );
}
