import type { ExecutionEvent } from "../../engine/events.ts";
import type { Attempt } from "./check-units.ts";
import { unitIn, type Complain, type History } from "./history.ts";
import type { Recorder } from "./recorder.ts";

/** Never more agents at once than the execution has slots, nor more items than their step has. */
export function checkLimits({ plan, entries }: History, complain: Complain): void {
  const running = new Set<string>();
  const items = new Map<string, Set<number>>();
  const { maxConcurrentSteps } = plan.policies;
  for (const { event, sequence } of entries) {
    // The process that ran them is gone.
    if (event.type === "execution.resumed") running.clear();
    const unit = unitIn(event);
    if (unit === undefined || !("stepId" in event) || event.stepId === undefined) continue;
    const planned = plan.steps[plan.indexOf.get(event.stepId) ?? -1];
    if (event.type === "attempt.started" && (planned?.isChild !== true || event.compensating === true)) {
      running.add(unit);
      if (running.size > maxConcurrentSteps)
        complain(`${running.size} agents run at #${sequence}, of ${maxConcurrentSteps}`);
    } else if (isAttemptEnd(event)) running.delete(unit);
    if (event.type === "item.started") {
      const started = items.get(event.stepId) ?? new Set();
      items.set(event.stepId, started.add(event.item));
      const limit = (planned?.step.kind === "wait" ? undefined : planned?.step.forEach?.maxConcurrency) ?? Infinity;
      if (started.size > limit) complain(`${started.size} items of ${event.stepId} run at #${sequence}, of ${limit}`);
    } else if ("item" in event && event.item !== undefined && isItemEnd(event)) {
      items.get(event.stepId)?.delete(event.item);
    }
  }
}

function isItemEnd({ type }: ExecutionEvent): boolean {
  return type === "item.completed" || type === "item.failed" || type === "item.cancelled";
}

function isAttemptEnd(event: ExecutionEvent): boolean {
  switch (event.type) {
    case "attempt.failed":
    case "attempt.interrupted":
    case "iteration.completed":
    case "step.completed":
    case "step.failed":
    // Also without a failed attempt, when it is the condition of a loop that fails.
    case "step.falling_back":
    case "step.cancelled":
    case "compensation.completed":
    case "compensation.failed":
      return true;
    default:
      return isItemEnd(event);
  }
}

/**
 * Never more agents at once in one process than its engine has slots. Of attempts whose end was not recorded by the process
 * that began them nobody knows how long they ran.
 */
export function checkGlobalLimit(attempts: readonly Attempt[], maxConcurrency: number, recorder: Recorder): void {
  const changes = attempts.flatMap(({ process, startMs, endMs, isChild }) =>
    endMs === undefined || isChild || endMs === startMs
      ? []
      : [
          { process, atMs: startMs, by: 1 },
          { process, atMs: endMs, by: -1 },
        ],
  );
  // What ends at the moment in which another begins has made room for it.
  changes.sort((left, right) => left.process - right.process || left.atMs - right.atMs || left.by - right.by);
  let running = 0;
  for (const { process, atMs, by } of changes) {
    running += by;
    if (running <= maxConcurrency) continue;
    recorder.violation(undefined, `${running} agents run in process ${process} at ${atMs} ms, of ${maxConcurrency}`);
    return;
  }
}
