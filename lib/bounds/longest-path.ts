import type { Workflow } from "../workflow.ts";

export interface LongestPath {
  readonly path: readonly string[];
  readonly length: number;
}

/** A chain by its end, so that chains share what they have in common. */
interface Chain {
  readonly own: readonly string[];
  readonly length: number;
  readonly before: Chain | undefined;
}

/**
 * The heaviest chain of steps that wait for each other. A step with a fallback settles after it, so the fallback counts as
 * a part of its owner. The workflow must be without cycles, which the checker sees to.
 */
export function longestPath(workflow: Workflow, weightOf: (stepId: string) => number): LongestPath {
  const steps = new Map(workflow.steps.map((step) => [step.id, step]));
  const fallbacks = new Set(workflow.steps.map(({ fallbackStepId }) => fallbackStepId));
  const known = new Map<string, Chain>();

  /** What a step waits for. A fallback waits with its owner and for what it names itself. */
  const sourcesOf = (id: string): readonly string[] => {
    const step = steps.get(id);
    if (step === undefined) return [];
    const fallback = steps.get(step.fallbackStepId ?? "")?.dependencies ?? [];
    return [...step.dependencies, ...fallback].filter((source) => source !== id && source !== step.fallbackStepId);
  };

  const settle = (id: string): void => {
    let before: Chain | undefined;
    for (const source of sourcesOf(id)) {
      const chain = known.get(source);
      if (chain !== undefined && chain.length > (before?.length ?? 0)) before = chain;
    }
    const { fallbackStepId } = steps.get(id) ?? {};
    const own = fallbackStepId === undefined ? [id] : [id, fallbackStepId];
    const length = (before?.length ?? 0) + own.reduce((total, step) => total + weightOf(step), 0);
    known.set(id, { own, length, before });
  };

  for (const { id } of workflow.steps) if (!fallbacks.has(id)) visit(id, sourcesOf, known, settle);
  let longest: Chain | undefined;
  for (const chain of known.values()) if (longest === undefined || chain.length > longest.length) longest = chain;
  const path: string[] = [];
  for (let chain = longest; chain !== undefined; chain = chain.before) path.push(...chain.own.toReversed());
  return { path: path.toReversed(), length: longest?.length ?? 0 };
}

/** Settles what a step waits for before the step, without recursion: a chain may be 10,000 steps long. */
function visit(
  head: string,
  sourcesOf: (id: string) => readonly string[],
  known: ReadonlyMap<string, Chain>,
  settle: (id: string) => void,
): void {
  const stack = [head];
  const entered = new Set<string>();
  for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
    const open = known.has(id) || entered.has(id) ? [] : sourcesOf(id).filter((source) => !known.has(source));
    entered.add(id);
    if (open.length > 0) stack.push(...open);
    else {
      stack.pop();
      if (!known.has(id)) settle(id);
    }
  }
}
