import type { UnitAddress } from "./events.ts";

/**
 * `<execution>:<step>[:<item>]`, the same for every attempt, with `~<iteration>` behind it for a further run of a step with
 * `repeat`, and `/compensate` for what undoes a step.
 */
export function idempotencyKey(
  executionId: string,
  { address, iteration }: { readonly address: UnitAddress; readonly iteration: number },
): string {
  const { stepId, item, compensating } = address;
  const unit = item === undefined ? `${executionId}:${stepId}` : `${executionId}:${stepId}:${item}`;
  const run = ofIteration(unit, iteration);
  return compensating ? `${run}/compensate` : run;
}

/** The key of a step that gives its own. A further run of it is another effect. */
export function ofIteration(key: string, iteration: number): string {
  return iteration === 1 ? key : `${key}~${iteration}`;
}
