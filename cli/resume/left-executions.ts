import type { ExecutionSummary, Journal } from "../../lib/journal/journal.ts";
import { isEnded } from "../../lib/journal/recorded-status.ts";

export interface LeftExecutions {
  /** What goes on when it is resumed, its children with it. */
  readonly roots: readonly ExecutionSummary[];
  /** Children whose parent has ended: there is nothing left to do but to stop them. */
  readonly orphans: readonly ExecutionSummary[];
}

/** The unfinished executions that no process runs, the oldest first. */
export async function leftExecutions(journal: Journal): Promise<LeftExecutions> {
  const left = await journal.list({ isOwned: false, children: true, limit: Number.MAX_SAFE_INTEGER });
  const ids = new Set(left.map(({ executionId }) => executionId));
  const orphans: ExecutionSummary[] = [];
  for (const child of left.toReversed()) {
    const { parentId } = child;
    if (parentId !== undefined && !ids.has(parentId) && (await hasEnded(journal, parentId))) orphans.push(child);
  }
  return { roots: left.filter(({ parentId }) => parentId === undefined).toReversed(), orphans };
}

/** One that is gone has ended, too. */
async function hasEnded(journal: Journal, executionId: string): Promise<boolean> {
  const found = await journal.list({ idPrefix: executionId, children: true, limit: 1 });
  return found.every(({ status }) => isEnded(status));
}
