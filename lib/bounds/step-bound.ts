import { type AttemptPolicies, compensationPolicies, policiesOfSteps } from "../engine/resolve-policies.ts";
import { isArray } from "../json.ts";
import type { Step, Workflow, WorkflowReference } from "../workflow.ts";
import { tryingBound } from "./trying-bound.ts";

/** What one step can come to at most. `Infinity` is without bound. */
export interface StepBound {
  readonly attempts: number;
  /** From when it could start until it has ended, with no other step in its way. */
  readonly elapsedMs: number;
  /** In which it takes up places of `maxConcurrentSteps`, over all its units. */
  readonly workMs: number;
  /** In which it calls nobody, so that the execution may have nothing to do but wait. */
  readonly idleMs: number;
  /** That may run at once. */
  readonly units: number;
  readonly perItem: readonly ItemBounds[];
  readonly unbounded: readonly Unbounded[];
}

export interface ItemBounds {
  readonly stepId: string;
  readonly attempts: number | null;
  readonly timeMs: number | null;
}

export interface Unbounded {
  readonly stepId: string;
  readonly reason: string;
}

/** What a child can come to; undefined for one that is neither registered nor in a file, or that would run itself. */
export type ChildBounds = (
  child: WorkflowReference,
) => { readonly attempts: number | null; readonly timeMs: number | null } | undefined;

const nothing: StepBound = {
  attempts: 0,
  elapsedMs: 0,
  workMs: 0,
  idleMs: 0,
  units: 0,
  perItem: [],
  unbounded: [],
};

/** Everything a step does going forward. */
export function stepBound(workflow: Workflow, step: Step, childBounds: ChildBounds): StepBound {
  if (step.kind === "wait") return waitBound(step);
  const one = unitBound(step, policiesOfSteps(workflow)(step), childBounds);
  return step.forEach === undefined ? one : itemsBound(step, one);
}

/** Undoing a step, once for all its items. */
export function compensationBound(workflow: Workflow, step: Step): StepBound {
  if (step.kind === "wait" || step.compensate === undefined) return nothing;
  const policies = step.kind === "workflow" ? compensationPolicies(workflow) : policiesOfSteps(workflow)(step);
  const { attempts, elapsedMs } = tryingBound(policies, policies.timeoutMs);
  return { ...nothing, attempts, elapsedMs };
}

type Call = Exclude<Step, { kind: "wait" }>;

function waitBound({ id, wait }: Extract<Step, { kind: "wait" }>): StepBound {
  if (wait.kind === "duration") return { ...nothing, elapsedMs: wait.ms, idleMs: wait.ms };
  if (wait.kind === "signal" && wait.timeoutMs !== undefined) {
    return { ...nothing, elapsedMs: wait.timeoutMs, idleMs: wait.timeoutMs };
  }
  const reason =
    wait.kind === "until" ? "it waits until a time that may be far off" : "it waits for a signal without a timeout";
  return { ...nothing, elapsedMs: Infinity, idleMs: Infinity, unbounded: [{ stepId: id, reason }] };
}

/** All iterations of a step, or of one of its items. */
function unitBound(step: Call, policies: AttemptPolicies, childBounds: ChildBounds): StepBound {
  const { maxIterations = 1, delayMs = 0 } = step.repeat ?? {};
  const child = step.kind === "workflow" ? childBounds(step.workflow) : undefined;
  const attemptMs =
    step.kind === "agent" ? policies.timeoutMs : Math.min(policies.timeoutMs, child?.timeMs ?? Infinity);
  const trying = tryingBound(policies, attemptMs);
  const callsPerTry = step.kind === "agent" ? 1 : (child?.attempts ?? Infinity);
  const betweenMs = (maxIterations - 1) * delayMs;
  const workMs = maxIterations * trying.workMs;
  // While children run, their parent only waits.
  const idleMs = maxIterations * trying.delayMs + betweenMs + (step.kind === "workflow" ? workMs : 0);
  const isKnown = step.kind === "agent" || child !== undefined;
  return {
    attempts: maxIterations * trying.attempts * callsPerTry,
    elapsedMs: maxIterations * trying.elapsedMs + betweenMs,
    workMs: step.kind === "agent" ? workMs : 0,
    idleMs,
    units: 1,
    perItem: [],
    unbounded: isKnown ? [] : [{ stepId: step.id, reason: "the workflow it runs is not known here" }],
  };
}

function itemsBound(step: Call, one: StepBound): StepBound {
  const { items, maxConcurrency = Infinity } = step.forEach ?? {};
  if (items?.kind !== "value" || typeof items.value !== "object" || items.value === null || !isArray(items.value)) {
    const perItem = { stepId: step.id, attempts: finiteOrNull(one.attempts), timeMs: finiteOrNull(one.elapsedMs) };
    const reason = "only the run knows how many items it has";
    return {
      attempts: Infinity,
      elapsedMs: Infinity,
      workMs: Infinity,
      idleMs: Infinity,
      units: Infinity,
      perItem: [perItem],
      unbounded: [...one.unbounded, { stepId: step.id, reason }],
    };
  }
  const count = items.value.length;
  const turns = Math.ceil(count / Math.min(maxConcurrency, Math.max(count, 1)));
  return {
    ...one,
    attempts: count * (count === 0 ? 0 : one.attempts),
    elapsedMs: turns === 0 ? 0 : turns * one.elapsedMs,
    workMs: count === 0 ? 0 : count * one.workMs,
    idleMs: count === 0 ? 0 : count * one.idleMs,
    units: Math.min(count, maxConcurrency),
  };
}

/** As it is shown: whole milliseconds or calls, and null for what has no bound. */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? Math.ceil(value) : null;
}
