import type { ExecutionSummary } from "../lib/journal/journal.ts";

/** An execution in a list, as the API and `orchestr8 list --json` show it. */
export interface ListedExecution {
  readonly executionId: string;
  readonly status: ExecutionSummary["status"];
  readonly workflow: { readonly id: string; readonly name: string; readonly hash: string };
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When it goes on by itself. */
  readonly wakeAt?: string;
  /** The execution that runs this one as a step. */
  readonly parentId?: string;
  /** The sequence of its last event. */
  readonly sequence: number;
  /** Whether a process that is alive runs it. False for one that has ended. */
  readonly isOwned: boolean;
}

export function listedExecution(summary: ExecutionSummary): ListedExecution {
  const { executionId, status, workflowId, workflowName, workflowHash, wakeAt, parentId, sequence, isOwned } = summary;
  return {
    executionId,
    status,
    workflow: { id: workflowId, name: workflowName, hash: workflowHash },
    createdAt: new Date(summary.createdAt).toISOString(),
    updatedAt: new Date(summary.updatedAt).toISOString(),
    ...(wakeAt !== undefined && { wakeAt: new Date(wakeAt).toISOString() }),
    ...(parentId !== undefined && { parentId }),
    sequence,
    isOwned,
  };
}
