import type { ExecutionView, StepView } from "../lib/engine/view.ts";

/** Why an execution will never end, when nothing happens any more. */
export function cannotEnd({ workflow, steps }: ExecutionView): Error {
  const whys = Object.entries(steps).flatMap(([id, step]) => {
    const why = whyNot(step);
    return why === undefined ? [] : [`step "${id}" ${why}`];
  });
  const state = whys.length === 0 ? "nothing happens any more" : `${whys.join("; ")}, and nothing else is to come`;
  return new Error(`Cannot finish workflow "${workflow.id}": ${state}`);
}

function whyNot({ status, waitsFor, agent }: StepView): string | undefined {
  const signal = waitsFor?.signal;
  if (signal !== undefined) return `waits for signal "${signal}" (send it with execution.signal("${signal}", payload))`;
  return status === "running" ? `runs, and its agent "${agent}" does not settle` : undefined;
}
