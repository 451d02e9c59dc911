import type { Batch } from "../journal/journal.ts";
import { statusOf, type ExecutionState } from "./state.ts";
import { nextWakeAt } from "./waits.ts";

/** What a journal keeps of a turn: what happened in it, and how the execution stands then. */
export function batchOf(state: ExecutionState, turn: Pick<Batch, "fence" | "entries" | "shown" | "consumed">): Batch {
  const { fence, entries, shown, consumed } = turn;
  const status = statusOf(state);
  const wakeAt = status === "waiting" ? nextWakeAt(state) : undefined;
  return { executionId: state.executionId, fence, entries, shown, status, wakeAt, consumed };
}
