import type { Batch } from "../journal/journal.ts";
import { statusOf, type ExecutionState } from "./state.ts";
import { nextWakeAt } from "./waits.ts";

const none: readonly number[] = [];

/**
 * What a journal keeps of a turn: what happened in it, and how the execution stands then. It may be kept later than the next
 * message comes, so an empty list of those that it consumes is not the one that the next goes into.
 */
export function batchOf(state: ExecutionState, turn: Pick<Batch, "fence" | "entries" | "shown" | "consumed">): Batch {
  const { fence, entries, shown } = turn;
  const consumed = turn.consumed.length === 0 ? none : turn.consumed;
  const status = statusOf(state);
  const wakeAt = status === "waiting" ? nextWakeAt(state) : undefined;
  return { executionId: state.executionId, fence, entries, shown, status, wakeAt, consumed };
}
