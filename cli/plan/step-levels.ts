import type { Workflow } from "../../lib/workflow.ts";

/**
 * The ids of steps by how many others must have settled one after the other before them, where everything runs that may: a
 * fallback follows its step, and comes before those that wait for it.
 */
export function stepLevels({ steps }: Pick<Workflow, "steps">): readonly (readonly string[])[] {
  const waitsFor = new Map<string, number>(steps.map(({ id }) => [id, 0]));
  const dependents = new Map<string, string[]>(steps.map(({ id }) => [id, []]));
  const fallbacks = new Map(steps.map(({ id, fallbackStepId }) => [id, fallbackStepId]));
  const connect = (from: string, to: string): void => {
    dependents.get(from)?.push(to);
    waitsFor.set(to, (waitsFor.get(to) ?? 0) + 1);
  };
  for (const { id, dependencies, fallbackStepId } of steps) {
    for (const source of dependencies) for (const before of withFallbacks(source, fallbacks)) connect(before, id);
    if (fallbackStepId !== undefined) connect(id, fallbackStepId);
  }
  const levels: (readonly string[])[] = [];
  let level: readonly string[] = steps.flatMap(({ id }) => (waitsFor.get(id) === 0 ? [id] : []));
  while (level.length > 0) {
    levels.push(level);
    level = level.flatMap((id) => dependents.get(id) ?? []).filter((id) => settle(waitsFor, id));
  }
  return levels;
}

function withFallbacks(id: string, fallbacks: ReadonlyMap<string, string | undefined>): readonly string[] {
  const chain = new Set<string>();
  for (let next: string | undefined = id; next !== undefined && !chain.has(next); next = fallbacks.get(next)) {
    chain.add(next);
  }
  return [...chain];
}

/** Whether nothing is left that `id` waits for, now that one more has settled. */
function settle(waitsFor: Map<string, number>, id: string): boolean {
  const left = (waitsFor.get(id) ?? 0) - 1;
  waitsFor.set(id, left);
  return left === 0;
}
