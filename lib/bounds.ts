import { longestPath } from "./bounds/longest-path.ts";
import {
  type ChildBounds,
  compensationBound,
  finiteOrNull,
  type ItemBounds,
  stepBound,
  type StepBound,
  type Unbounded,
} from "./bounds/step-bound.ts";
import { executionPolicies } from "./engine/resolve-policies.ts";
import type { Budget, Workflow } from "./workflow.ts";

/** What a run of a workflow can come to at most. `null` stands for "without bound"; `unbounded` says why. */
export interface Bounds {
  /** The most steps that wait for each other in a row, by id. A step's fallback comes right after it. */
  readonly longestPath: readonly string[];
  /** Calls of agents, retries, iterations, fallbacks, children and compensations included. */
  readonly attempts: number | null;
  /** From the start to the end of the execution. */
  readonly timeMs: number | null;
  /** What the workflow's budget allows in all; what it does not name has no bound. */
  readonly cost: Pick<Budget, "tokens" | "usd" | "calls">;
  /** For steps whose number of items only the run knows: what each item can take. */
  readonly perItem: readonly ItemBounds[];
  readonly unbounded: readonly Unbounded[];
}

export interface BoundsOptions {
  /** What steps may run as children by id. A child that is not among them, and not in a file, has no bound. */
  readonly workflows?: Iterable<Workflow>;
}

/**
 * The bounds of a workflow, from the policies alone and for the worst case: every condition holds, every attempt fails at
 * the end of its timeout, every fallback runs, and everything that completed is compensated.
 *
 * - A **unit** (a step, or one of its items) is called `maxAttempts` times at most; between two calls lies the longest
 *   delay that jitter can draw. No attempt starts after `maxElapsed`. Repeats multiply it and add their delays.
 * - An **item** list written in the file is counted; any other has no bound, and `perItem` tells of one item.
 * - A **wait** takes its duration, or a signal's timeout; until a time, and for a signal without timeout, it has no bound.
 * - A **child** takes what its own workflow takes, or the step's timeout if that is shorter, as often as it is tried.
 * - **Time** is the longest path plus, where more units could run than `maxConcurrentSteps` lets, all other work shared
 *   among them. `timeout.global` and the budget's `wallClock` cut it, but count nothing while the execution only waits;
 *   then come the grace period and the compensations, one after the other.
 *
 * Not counted are other executions that hold up this one, stops and restarts of the process, and longer delays that an
 * error asks for itself (`Retry-After`, or an open circuit; up to 60 s each and within `maxElapsed`).
 */
export function bounds(workflow: Workflow, { workflows = [] }: BoundsOptions = {}): Bounds {
  return boundsOf(workflow, childBoundsIn(new Map([...workflows].map((child) => [child.metadata.id, child]))));
}

/** Each child is told of once, however often it is named. One that is not told of yet when it is asked for runs itself. */
function childBoundsIn(registered: ReadonlyMap<string, Workflow>): ChildBounds {
  const known = new Map<Workflow, Bounds | undefined>();
  const childBounds: ChildBounds = (reference) => {
    const child = "definition" in reference ? reference.definition : registered.get(reference.id);
    if (child === undefined || known.has(child)) return child && known.get(child);
    known.set(child, undefined);
    const told = boundsOf(child, childBounds);
    known.set(child, told);
    return told;
  };
  return childBounds;
}

function boundsOf(workflow: Workflow, childBounds: ChildBounds): Bounds {
  const steps = new Map(workflow.steps.map((step) => [step.id, stepBound(workflow, step, childBounds)]));
  const all = [...steps.values()];
  const compensations = workflow.steps.map((step) => compensationBound(workflow, step));
  const attempts = sum([...all, ...compensations].map((bound) => bound.attempts));
  const { tokens, usd, calls } = workflow.policies.budget ?? {};
  return {
    longestPath: longestPath(workflow, () => 1).path,
    attempts: finiteOrNull(attempts),
    timeMs: finiteOrNull(forwardMs(workflow, steps) + sum(compensations.map(({ elapsedMs }) => elapsedMs))),
    cost: {
      ...(tokens !== undefined && { tokens }),
      ...(usd !== undefined && { usd }),
      ...(calls !== undefined && { calls }),
    },
    perItem: all.flatMap(({ perItem }) => perItem),
    unbounded: all.flatMap(({ unbounded }) => unbounded),
  };
}

/** Until the last step has ended, or the time is up and the running ones have had their grace. */
function forwardMs(workflow: Workflow, steps: ReadonlyMap<string, StepBound>): number {
  const policies = executionPolicies(workflow);
  const all = [...steps.values()];
  const path = longestPath(workflow, (id) => steps.get(id)?.elapsedMs ?? 0).length;
  const units = sum(all.map((bound) => bound.units));
  const shared = units > policies.maxConcurrentSteps ? sum(all.map((bound) => bound.workMs)) : 0;
  const limitMs = Math.min(policies.globalTimeoutMs, policies.budget?.wallClockMs ?? Infinity);
  const idleMs = sum(all.map((bound) => bound.idleMs));
  return Math.min(path + shared / policies.maxConcurrentSteps, limitMs + idleMs) + policies.gracePeriodMs;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
