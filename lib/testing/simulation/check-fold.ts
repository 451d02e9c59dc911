import { fold } from "../../engine/fold.ts";
import { initialState } from "../../engine/state.ts";
import type { Complain, History } from "./history.ts";

/** The record can be folded, which it cannot when something stands in it that cannot have happened. */
export function checkFold({ plan, executionId, entries }: History, complain: Complain): void {
  const state = initialState(plan, executionId);
  try {
    for (const entry of entries) fold(state, entry);
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
  }
  const counts = [state.running, state.children, state.queued, state.sleeping];
  if (state.endedMs !== undefined && counts.some((count) => count < 0))
    complain(`its fold counts ${counts.join(", ")}`);
}
