import type { UnitAddress } from "./events.ts";
import type { ExecutionState } from "./state.ts";

/** The unit that an event is about, or undefined for a step that is not in the plan or an item that is not there. */
export function unitOf(state: ExecutionState, address: UnitAddress): number | undefined {
  const step = state.plan.indexOf.get(address.stepId);
  return step === undefined ? undefined : partOf(state, step, address);
}

/** The unit of a step that an address means: the step itself, an item of it, or its compensation. */
export function partOf(
  state: ExecutionState,
  step: number,
  { item, compensating }: Omit<UnitAddress, "stepId">,
): number | undefined {
  if (compensating === true) return state.compensations?.get(step);
  if (item === undefined) return step;
  const first = state.firstItems?.get(step);
  return first === undefined ? undefined : first + item;
}

// The usual unit is a step. It is told first: an array that is asked for an index below 0 takes its slow way.

/** The step that a unit belongs to. */
export function stepOf({ extras, plan }: ExecutionState, unit: number): number {
  const steps = plan.steps.length;
  return unit < steps ? unit : (extras[unit - steps]?.step ?? -1);
}

/** The item that a unit is, if it is one. */
export function itemOf({ extras, plan }: ExecutionState, unit: number): number | undefined {
  const steps = plan.steps.length;
  return unit < steps ? undefined : extras[unit - steps]?.item;
}

export function isCompensation({ extras, plan }: ExecutionState, unit: number): boolean {
  const steps = plan.steps.length;
  if (unit < steps) return false;
  const extra = extras[unit - steps];
  return extra !== undefined && extra.item === undefined;
}

/** How events name a unit. */
export function addressOf(state: ExecutionState, unit: number): UnitAddress {
  const planned = state.plan.steps[stepOf(state, unit)];
  if (planned === undefined) throw new RangeError(`Cannot find unit ${unit} of execution "${state.executionId}"`);
  if (unit === planned.index) return planned.address;
  const item = itemOf(state, unit);
  return item === undefined ? { stepId: planned.id, compensating: true } : { stepId: planned.id, item };
}
