import type { ExecutionEvent } from "../../engine/events.ts";
import type { PlannedStep } from "../../engine/plan.ts";
import type { Complain, History } from "./history.ts";

/** Nothing of a step happens before the steps that it waits for are done, and nothing new once the execution stops. */
export function checkOrder({ plan, entries }: History, complain: Complain): void {
  const begun = new Set<string>();
  const done = new Set<string>();
  let stopping: string | undefined;
  for (const { event, sequence } of entries) {
    if (event.type === "execution.failing" || event.type === "execution.cancelling") stopping = event.type;
    if (!("stepId" in event) || event.stepId === undefined || event.type === "execution.failing") continue;
    const planned = plan.steps[plan.indexOf.get(event.stepId) ?? -1];
    if (planned === undefined) {
      complain(`"${event.type}" is about "${event.stepId}", which is no step`);
      continue;
    }
    if (stopping !== undefined && isBeginning(event)) complain(`"${event.type}" of ${planned.id} after "${stopping}"`);
    if (!begun.has(planned.id)) {
      begun.add(planned.id);
      for (const id of missing(planned, plan.steps, done))
        complain(`${planned.id} begins at #${sequence} before ${id}`);
    }
    if (lets(event, planned)) done.add(planned.id);
    if (event.type === "step.falling_back") done.add(`${planned.id}, which falls back to it,`);
  }
}

/** What the step should have waited for. */
function missing(planned: PlannedStep, steps: readonly PlannedStep[], done: ReadonlySet<string>): string[] {
  const owner = planned.fallbackOwner === undefined ? undefined : steps[planned.fallbackOwner];
  const absent = planned.step.dependencies.filter((id) => !done.has(id) && id !== owner?.id);
  if (owner === undefined) return absent;
  const fallingBack = `${owner.id}, which falls back to it,`;
  return done.has(owner.id) || done.has(fallingBack) ? absent : [...absent, fallingBack];
}

/** Whether dependents may begin after the event. */
function lets(event: ExecutionEvent, { step, fallbackOwner }: PlannedStep): boolean {
  switch (event.type) {
    case "step.completed":
    case "step.recovered":
    case "step.skipped":
      return true;
    case "step.failed":
      return step.onError === "continue" || fallbackOwner !== undefined;
    default:
      return false;
  }
}

function isBeginning(event: ExecutionEvent): boolean {
  switch (event.type) {
    case "step.ready":
    case "step.started":
    case "step.expanded":
    case "item.started":
    case "wait.started":
      return true;
    case "attempt.started":
      return event.compensating !== true;
    default:
      return false;
  }
}
