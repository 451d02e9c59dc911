import { childId } from "../../engine/child-workflows.ts";
import type { ExecutionEvent } from "../../engine/events.ts";
import { expectedKey, type History } from "./history.ts";
import type { Recorder } from "./recorder.ts";

type Failed = Extract<ExecutionEvent, { type: "attempt.failed" }>;

/** A step that runs a child comes to what the child came to. A child is stopped only when its step is. */
export function checkChildren(histories: readonly History[], recorder: Recorder): void {
  const byId = new Map(histories.map((history) => [history.executionId, history]));
  const timedOut = new Set<string>();
  const stopped = new Set<string>();
  for (const history of histories) {
    const { plan, entries, executionId } = history;
    const iterations = new Map<string, number>();
    let isStopping = false;
    for (const { event } of entries) {
      if (event.type === "execution.failing" || event.type === "execution.cancelling") isStopping = true;
      if (!("stepId" in event) || event.stepId === undefined || event.type === "execution.failing") continue;
      if (plan.steps[plan.indexOf.get(event.stepId) ?? -1]?.isChild !== true) continue;
      const item = "item" in event ? event.item : undefined;
      const address = { stepId: event.stepId, ...(item !== undefined && { item }) };
      const unit = `${event.stepId}:${item}`;
      if (event.type === "iteration.completed") iterations.set(unit, event.iteration + 1);
      if (!("attempt" in event) || ("compensating" in event && event.compensating)) continue;
      const key = expectedKey(executionId, address, iterations.get(unit) ?? 1);
      const child = childId(`${key}/${event.attempt}`);
      // A child is stopped before its step's timeout is kept, which a crash may prevent.
      if (plan.steps[plan.indexOf.get(event.stepId) ?? -1]?.policies.timeoutMs !== Infinity) timedOut.add(child);
      if (isStopping) stopped.add(child);
      if (event.type === "attempt.failed" && !isStopping && !timedOut.has(child)) {
        checkFailure(event, byId.get(child), { recorder, executionId });
      }
    }
    if (isStopping) stopped.add(executionId);
  }
  for (const history of histories) checkCancelled(history, { timedOut, stopped, recorder });
}

function checkFailure(
  { stepId, error, attempt }: Failed,
  child: History | undefined,
  { recorder, executionId }: { readonly recorder: Recorder; readonly executionId: string },
): void {
  const end = child?.entries.at(-1)?.event;
  if (end?.type === "execution.failed" && end.error.message === error.message) return;
  if (end?.type === "execution.cancelled" && error.code === "CANCELLED") return;
  const fate = end === undefined ? "is not there" : `ended with "${end.type}"`;
  recorder.violation(
    executionId,
    `attempt ${attempt} of ${stepId} failed with ${error.code}, and its child ${fate}: ${error.message}`,
  );
}

function checkCancelled(
  { executionId, entries, parent }: History,
  facts: { readonly timedOut: ReadonlySet<string>; readonly stopped: ReadonlySet<string>; readonly recorder: Recorder },
): void {
  const cancelling = entries.find(({ event }) => event.type === "execution.cancelling")?.event;
  if (parent === undefined || cancelling?.type !== "execution.cancelling") return;
  const { timedOut, stopped, recorder } = facts;
  if (recorder.cancelled.has(executionId) || timedOut.has(executionId) || stopped.has(parent.executionId)) return;
  recorder.violation(executionId, `nobody cancelled this child: ${cancelling.reason}`);
}
