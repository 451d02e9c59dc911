import type { ExecutionEvent } from "./events.ts";
import type { PlannedStep } from "./plan.ts";
import type { ExecutionState, StepState } from "./state.ts";

/**
 * What a new execution of the same workflow takes over from an earlier one: the outputs of its completed steps, but for
 * `from` and all that comes after it, and for what comes after a step that has no output to take.
 *
 * @throws {RangeError} when `from` is no step of the workflow.
 */
export function reusedSteps(source: ExecutionState, from: string | undefined): readonly ExecutionEvent[] {
  const { plan, executionId } = source;
  const start = from === undefined ? undefined : plan.indexOf.get(from);
  if (from !== undefined && start === undefined) {
    const ids = plan.steps.map(({ id }) => `"${id}"`).join(", ");
    throw new RangeError(`Cannot rerun execution "${executionId}" from step "${from}": its steps are ${ids}`);
  }
  const again = stepsToRun(source, start);
  const events: ExecutionEvent[] = [];
  for (const step of inOrder(source)) {
    const output = outputOf(source.units[step.index]);
    if (output === undefined || again.has(step.index) || step.fallbackOwner !== undefined) continue;
    const reused = { output: output.value, attempts: 0, durationMs: 0, reusedFrom: executionId };
    events.push({ type: "step.completed", stepId: step.id, ...reused });
  }
  return events;
}

function stepsToRun({ plan, units }: ExecutionState, start: number | undefined): ReadonlySet<number> {
  const again = new Set<number>();
  if (start !== undefined) again.add(plan.steps[start]?.fallbackOwner ?? start);
  for (const { index, fallbackOwner } of plan.steps) {
    const { status } = units[index] ?? {};
    if (fallbackOwner === undefined && status !== "completed" && status !== "recovered" && status !== "skipped") {
      again.add(index);
    }
  }
  // A set visits what is added while it is walked.
  for (const index of again) for (const dependent of plan.steps[index]?.dependents ?? []) again.add(dependent);
  return again;
}

/** Every step after those it depends on. */
function inOrder({ plan }: ExecutionState): readonly PlannedStep[] {
  const open = plan.steps.map(({ waitsFor }) => waitsFor);
  const order = plan.steps.filter(({ waitsFor }) => waitsFor === 0);
  for (const { dependents } of order) {
    for (const dependent of dependents) {
      const left = (open[dependent] ?? 0) - 1;
      open[dependent] = left;
      const step = plan.steps[dependent];
      if (left === 0 && step !== undefined) order.push(step);
    }
  }
  return order;
}

function outputOf(unit: StepState | undefined) {
  return unit?.status === "completed" || unit?.status === "recovered" ? { value: unit.output } : undefined;
}
