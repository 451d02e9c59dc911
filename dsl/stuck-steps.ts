import type { DocumentSource } from "./document-source.ts";
import type { StepSource } from "./step-source.ts";

type Steps = Pick<DocumentSource, "steps" | "stepsById">;

/**
 * The steps that are left when everything that could settle has settled, in workflow order: those that wait for each other
 * and those that wait for them. A step settles after its fallback; the fallback's own view of its owner is not waiting.
 */
export function findStuck(source: Steps): ReadonlySet<StepSource> {
  const { steps } = source;
  if (!steps.some((step) => waitsForLater(source, step))) return new Set();
  const waiters = steps.map((): number[] => []);
  const waitsFor = steps.map((step, index) => {
    const targets = targetsOf(source, step);
    for (const target of targets) waiters[target]?.push(index);
    return targets.length;
  });
  const settled = steps.flatMap((_, index) => (waitsFor[index] === 0 ? [index] : []));
  for (const index of settled) {
    for (const waiter of waiters[index] ?? []) {
      const left = (waitsFor[waiter] ?? 0) - 1;
      waitsFor[waiter] = left;
      if (left === 0) settled.push(waiter);
    }
  }
  return new Set(settled.length === steps.length ? [] : steps.filter((_, index) => (waitsFor[index] ?? 0) > 0));
}

/** In a file in which each step waits for earlier ones alone, as people mostly write them, nothing can be stuck. */
function waitsForLater({ stepsById }: Steps, { index, fallbackStepId, edges }: StepSource): boolean {
  if (fallbackStepId !== undefined) return true;
  for (const { id } of edges) if ((stepsById.get(id)?.index ?? 0) >= index) return true;
  return false;
}

/** The indexes of the steps that a step waits for, as often as it says so. */
function targetsOf({ stepsById }: Steps, step: StepSource): readonly number[] {
  const targets: number[] = [];
  const add = (target: StepSource | undefined): void => {
    if (target !== undefined && target !== step) targets.push(target.index);
  };
  if (step.fallbackStepId !== undefined) add(stepsById.get(step.fallbackStepId));
  for (const { id } of step.edges) {
    const target = stepsById.get(id);
    if (target?.fallbackStepId === undefined || stepsById.get(target.fallbackStepId) !== step) add(target);
  }
  return targets;
}
