import { ExecutionNotFoundError, LeaseLostError } from "../../lib/errors.ts";
import type { ExecutionSummary, Journal } from "../../lib/journal/journal.ts";
import type { CliContext } from "../context.ts";
import { createProjectEngine } from "../create-project-engine.ts";
import type { Operator } from "../read-operator.ts";
import { exportTraces } from "../telemetry/export-traces.ts";
import { bringAgents } from "./bring-agents.ts";
import { readFamily, standInsFor } from "./stand-ins.ts";

/**
 * Goes on with an execution that nobody runs and that has a request to cancel it in its inbox, until it has ended. Its own
 * agents and secrets are needed only where completed steps are to be undone. Does nothing if another process is faster.
 */
export async function endHere(
  journal: Journal,
  { executionId, origin }: ExecutionSummary,
  operator: Operator,
  context: CliContext,
): Promise<void> {
  const workflows = await readFamily(journal, executionId);
  const hasUndo = workflows.some(({ steps }) =>
    steps.some((step) => step.kind !== "wait" && step.compensate !== undefined),
  );
  const brought = hasUndo ? { ...(await bringAgents(origin, context)), ...operator } : standInsFor(workflows);
  await using _ = await exportTraces(context, "shown");
  await using engine = createProjectEngine({ ...brought, journal, clock: context.clock });
  try {
    const execution = await engine.resume(executionId);
    await execution.result;
  } catch (error) {
    // Another process has taken it over, or ended it.
    if (!(error instanceof LeaseLostError || error instanceof ExecutionNotFoundError)) throw error;
  }
}
