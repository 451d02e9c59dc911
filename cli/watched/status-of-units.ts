import type { ExecutionStatus, StepState } from "../../lib/engine/state.ts";

/** A step, an item of one, or what undoes one. */
export interface CountedUnit {
  readonly unit: StepState;
  /** Whether it runs another workflow. */
  readonly isChild: boolean;
}

/** A running execution that could only wait is `waiting`, to those who look. */
export function statusOfUnits(status: ExecutionStatus, units: readonly CountedUnit[]): ExecutionStatus {
  if (status !== "running" && status !== "waiting") return status;
  const isBusy = units.some(({ unit }) => ["running", "ready", "retrying"].includes(unit.status));
  const isAsleep = units.some(({ unit }) => unit.status === "waiting" || unit.status === "repeating");
  return isAsleep && !isBusy ? "waiting" : "running";
}
