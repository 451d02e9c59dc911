import { JournalCorruptError } from "../errors.ts";
import type { Journal, StoredExecution } from "../journal/journal.ts";
import { foldAll } from "./fold.ts";
import { plan, type Plan } from "./plan.ts";
import type { ExecutionState, MutableExecutionState } from "./state.ts";

/**
 * The state that an execution was left in.
 *
 * @throws {JournalCorruptError} when its entries cannot have been written one after the other.
 */
export function restore(
  planned: Plan,
  { executionId, entries }: Pick<StoredExecution, "executionId" | "entries">,
): MutableExecutionState {
  try {
    return foldAll(planned, executionId, entries);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new JournalCorruptError(`Cannot read execution "${executionId}": ${why}`, { cause });
  }
}

/** How an execution stands by its journal, values whole. Undefined when there is none. */
export async function readExecution(journal: Journal, executionId: string): Promise<ExecutionState | undefined> {
  const stored = await journal.load(executionId);
  return stored && restore(plan(stored.workflow), stored);
}

/** How an execution stood after its entry `sequence`, or stands now, as it is shown: redacted, and capped. */
export async function readShown(
  journal: Journal,
  executionId: string,
  sequence = Infinity,
): Promise<ExecutionState | undefined> {
  const stored = await journal.load(executionId);
  if (stored === undefined) return undefined;
  const entries = await journal.read(executionId, { limit: sequence });
  return restore(plan(stored.workflow), { executionId, entries });
}
