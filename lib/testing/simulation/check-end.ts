import type { ErrorRecord, ExecutionEvent } from "../../engine/events.ts";
import type { Complain, History } from "./history.ts";
import type { Recorder } from "./recorder.ts";

/** How an execution ended follows from what became of its steps, and from nothing else. */
export function checkEnd(history: History, recorder: Recorder, complain: Complain): void {
  const { plan, entries, executionId, parent } = history;
  const settled = new Set<string>();
  let unhandled: string | undefined;
  let failing: ErrorRecord | undefined;
  let isCancelling = false;
  for (const { event } of entries) {
    if (isSettling(event)) settled.add(event.stepId);
    if (event.type === "step.failed") {
      const planned = plan.steps[plan.indexOf.get(event.stepId) ?? -1];
      const isHandled = planned?.step.onError === "continue" || planned?.fallbackOwner !== undefined;
      if (!isHandled) unhandled ??= event.stepId;
    } else if (event.type === "execution.failing") failing = event.error;
    else if (event.type === "execution.cancelling") {
      isCancelling = true;
      if (parent === undefined && !recorder.cancelled.has(executionId))
        complain(`nobody cancelled it: ${event.reason}`);
    }
  }
  const end = entries.at(-1)?.event;
  const open = plan.steps.length - settled.size;
  if (end?.type === "execution.completed") {
    if (open > 0) complain(`it completed with ${open} steps that did not settle`);
    if (unhandled !== undefined) complain(`it completed though ${unhandled} failed`);
    if (failing !== undefined || isCancelling) complain("it completed after it began to stop");
  } else if (end?.type === "execution.failed") {
    if (isCancelling) complain("it failed after it was cancelled");
    if (failing === undefined && open > 0) complain("it failed without a reason");
    if (failing !== undefined && failing.message !== end.error.message)
      complain("it failed with an error that is not its own");
  } else if (end?.type === "execution.cancelled" && !isCancelling) complain("it was cancelled without a request");
}

function isSettling(event: ExecutionEvent): event is Extract<ExecutionEvent, { type: `step.${string}` }> {
  switch (event.type) {
    case "step.completed":
    case "step.recovered":
    case "step.failed":
    case "step.skipped":
    case "step.cancelled":
      return true;
    default:
      return false;
  }
}
