import { workflowHash } from "../workflow-hash.ts";
import type { Step, Workflow } from "../workflow.ts";
import type { UnitAddress } from "./events.ts";
import {
  executionPolicies,
  policiesOfSteps,
  type AttemptPolicies,
  type ExecutionPolicies,
} from "./resolve-policies.ts";

/** A workflow made ready to run: steps by index, who waits for whom, and every policy with its defaults filled in. */
export interface Plan {
  readonly workflow: Workflow;
  /** SHA-256 of the canonical AST: what a run is pinned to. */
  readonly hash: string;
  readonly steps: readonly PlannedStep[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** What each step waits for, by index, to be copied by every execution. */
  readonly waiting: readonly number[];
  /** The steps that wait for nothing. */
  readonly roots: readonly number[];
  readonly policies: ExecutionPolicies;
}

export interface PlannedStep {
  readonly index: number;
  readonly id: string;
  readonly step: Step;
  /** How events name it. */
  readonly address: UnitAddress;
  /** Steps that wait for this one, in step order. */
  readonly dependents: readonly number[];
  /** How many things must happen before this step is looked at: its dependencies, and for a fallback its activation. */
  readonly waitsFor: number;
  readonly fallback: number | undefined;
  /** The step this one is the fallback of. */
  readonly fallbackOwner: number | undefined;
  /** Whether it runs a child execution: that takes no slot, and its time and calls are the child's. */
  readonly isChild: boolean;
  readonly isCompensated: boolean;
  readonly policies: AttemptPolicies;
}

/**
 * Plans a workflow. Pure: the same workflow gives the same plan.
 *
 * @throws {RangeError} when the steps do not form a graph: a duplicate or unknown id, a cycle, or a shared fallback. The
 * language's checker reports the same with a place and a fix; this holds for workflows that were built by hand.
 */
export function plan(workflow: Workflow): Plan {
  const indexOf = indexSteps(workflow);
  const fallbackOwners = findFallbackOwners(workflow, indexOf);
  const dependencies = workflow.steps.map((_, index) => dependenciesOf(workflow, indexOf, index, fallbackOwners));
  const dependents: number[][] = workflow.steps.map(() => []);
  for (const [index, sources] of dependencies.entries()) {
    for (const source of sources) dependents[source]?.push(index);
  }
  const policiesOf = policiesOfSteps(workflow);
  const steps = workflow.steps.map((step, index): PlannedStep => {
    const fallbackOwner = fallbackOwners[index];
    return Object.freeze({
      index,
      id: step.id,
      step,
      address: Object.freeze({ stepId: step.id }),
      // Not frozen: JavaScriptCore keeps each frozen array as a map, and there may be 100,000 of them.
      dependents: dependents[index] ?? [],
      waitsFor: (dependencies[index]?.length ?? 0) + (fallbackOwner === undefined ? 0 : 1),
      fallback: step.fallbackStepId === undefined ? undefined : indexOf.get(step.fallbackStepId),
      fallbackOwner,
      isChild: step.kind === "workflow",
      isCompensated: step.kind !== "wait" && step.compensate !== undefined,
      policies: policiesOf(step),
    });
  });
  refuseCycles(workflow, steps);
  let hash: string | undefined;
  return Object.freeze({
    workflow,
    // Asked for by those who start a run, not by the many who only look at one.
    get hash() {
      return (hash ??= workflowHash(workflow));
    },
    steps: Object.freeze(steps),
    indexOf,
    waiting: steps.map(({ waitsFor }) => waitsFor),
    roots: Object.freeze(steps.filter(({ waitsFor }) => waitsFor === 0).map(({ index }) => index)),
    policies: executionPolicies(workflow),
  });
}

function indexSteps(workflow: Workflow): ReadonlyMap<string, number> {
  const indexOf = new Map<string, number>();
  for (const [index, step] of workflow.steps.entries()) {
    // Step ids become keys of plain objects in results and views.
    if (step.id === "__proto__") throw unplannable(workflow, `a step has the id "__proto__"`);
    if (indexOf.has(step.id)) throw unplannable(workflow, `two steps have the id "${step.id}"`);
    indexOf.set(step.id, index);
  }
  return indexOf;
}

function findFallbackOwners(workflow: Workflow, indexOf: ReadonlyMap<string, number>): readonly (number | undefined)[] {
  const owners: (number | undefined)[] = workflow.steps.map(() => undefined);
  for (const [owner, step] of workflow.steps.entries()) {
    if (step.fallbackStepId === undefined) continue;
    const fallback = indexOf.get(step.fallbackStepId);
    if (fallback === undefined || fallback === owner) {
      throw unplannable(workflow, `step "${step.id}" falls back to "${step.fallbackStepId}", which is no other step`);
    }
    if (owners[fallback] !== undefined) {
      throw unplannable(workflow, `step "${step.fallbackStepId}" is the fallback of two steps`);
    }
    owners[fallback] = owner;
  }
  return owners;
}

function dependenciesOf(
  workflow: Workflow,
  indexOf: ReadonlyMap<string, number>,
  index: number,
  fallbackOwners: readonly (number | undefined)[],
): readonly number[] {
  const sources = new Set<number>();
  const step = workflow.steps[index];
  for (const id of step?.dependencies ?? []) {
    const source = indexOf.get(id);
    if (source === undefined) throw unplannable(workflow, `step "${step?.id}" depends on "${id}", which is no step`);
    // A fallback is activated by its owner's failure, before the owner settles: waiting for it too would never end.
    if (source === fallbackOwners[index]) continue;
    if (fallbackOwners[source] !== undefined) {
      throw unplannable(workflow, `step "${step?.id}" waits for "${id}", which is a fallback; wait for its owner`);
    }
    sources.add(source);
  }
  return [...sources];
}

/** Kahn's algorithm. A step with a fallback settles after it, so that edge counts as well. */
function refuseCycles(workflow: Workflow, steps: readonly PlannedStep[]): void {
  const open = steps.map((step) => step.waitsFor - (step.fallbackOwner === undefined ? 0 : 1));
  for (const step of steps) if (step.fallback !== undefined) open[step.index] = (open[step.index] ?? 0) + 1;
  const settled = steps.filter((step) => open[step.index] === 0);
  for (const step of settled) {
    const unlocks = step.fallbackOwner === undefined ? step.dependents : [...step.dependents, step.fallbackOwner];
    for (const index of unlocks) {
      const left = (open[index] ?? 0) - 1;
      open[index] = left;
      const unlocked = steps[index];
      if (left === 0 && unlocked !== undefined) settled.push(unlocked);
    }
  }
  if (settled.length === steps.length) return;
  const stuck = steps.filter((step) => (open[step.index] ?? 0) > 0).map((step) => `"${step.id}"`);
  throw unplannable(workflow, `steps wait for each other in a cycle among ${stuck.slice(0, 10).join(", ")}`);
}

function unplannable(workflow: Workflow, reason: string): RangeError {
  return new RangeError(`Cannot plan workflow "${workflow.metadata.id}": ${reason}`);
}
