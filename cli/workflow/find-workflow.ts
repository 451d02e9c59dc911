import { usageError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { findExecution } from "../journal/find-execution.ts";
import { openExistingJournal, type StateValues } from "../journal/open-journal.ts";
import { loadWorkflow } from "../load.ts";
import { requireWorkflow } from "../require-workflow.ts";
import type { Workflow } from "../../lib/workflow.ts";

/** The workflow of a file, or the one that an execution runs or ran. */
export async function findWorkflow(
  verb: string,
  address: string,
  values: StateValues,
  context: CliContext,
): Promise<Workflow> {
  if (/\.(?:json|m?[jt]s)$/.test(address)) {
    return requireWorkflow(verb, address, await loadWorkflow(address, context, { anyAgent: true }));
  }
  await using journal = await openExistingJournal(values, context);
  const { executionId } = await findExecution(journal, address);
  const stored = await journal.load(executionId);
  if (stored !== undefined) return stored.workflow;
  throw usageError(`Cannot ${verb} the workflow of execution "${executionId}": it was removed meanwhile`);
}
