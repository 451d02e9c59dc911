import { SEED_DEFAULTS } from "../resilience/seed-defaults.ts";
import type {
  Budget,
  JitterPolicy,
  RateLimitPolicy,
  RetryKind,
  Step,
  StepPolicies,
  Template,
  Workflow,
} from "../workflow.ts";

/** What holds for an execution, defaults filled in. */
export interface ExecutionPolicies {
  readonly budget: Budget | undefined;
  readonly globalTimeoutMs: number;
  readonly maxConcurrentSteps: number;
  readonly onFailure: "abort" | "drain";
  readonly gracePeriodMs: number;
}

/** What stands around each attempt of a step, defaults filled in. */
export interface AttemptPolicies {
  readonly timeoutMs: number;
  readonly retry: {
    readonly maxAttempts: number;
    readonly baseDelayMs: number;
    readonly maxDelayMs: number;
    readonly jitter: JitterPolicy;
    readonly maxElapsedMs: number;
    readonly retryOn: readonly RetryKind[] | undefined;
  };
  readonly circuitBreaker: {
    readonly failureThreshold: number;
    readonly resetTimeoutMs: number;
    readonly halfOpenProbes: number;
    readonly target: Template | undefined;
  };
  /** Undefined is off. */
  readonly bulkhead: { readonly maxConcurrent: number; readonly maxQueue: number } | undefined;
  readonly rateLimit: RateLimitPolicy | undefined;
}

export function executionPolicies({ policies }: Workflow): ExecutionPolicies {
  return Object.freeze({
    globalTimeoutMs: policies.globalTimeoutMs ?? 300_000,
    maxConcurrentSteps: policies.maxConcurrentSteps ?? 10,
    onFailure: policies.onFailure ?? "abort",
    gracePeriodMs: policies.gracePeriodMs ?? SEED_DEFAULTS.cancellation.grace,
    budget: policies.budget,
  });
}

/**
 * Gives each step the policies that stand around its attempts. A step's policy overrides the workflow's field by field, and
 * that the defaults. A child execution has policies of its own, so only what its step itself says stands around it. Steps
 * that say nothing share one object: a workflow may have 100,000 of them.
 */
export function policiesOfSteps(workflow: Workflow): (step: Step) => AttemptPolicies {
  const usual = agentPolicies(workflow.policies, {});
  const usualOfChild = childPolicies({});
  return ({ kind, policies: own }) => {
    const saysNothing = Object.keys(own).length === 0;
    if (kind === "workflow") return saysNothing ? usualOfChild : childPolicies(own);
    return saysNothing ? usual : agentPolicies(workflow.policies, own);
  };
}

/** What stands around undoing a step that runs a child. */
export function compensationPolicies({ policies }: Workflow): AttemptPolicies {
  return agentPolicies(policies, {});
}

function agentPolicies(shared: StepPolicies, own: StepPolicies): AttemptPolicies {
  return Object.freeze({
    timeoutMs: own.timeoutMs ?? shared.timeoutMs ?? SEED_DEFAULTS.timeout,
    retry: retry({ ...shared.retry, ...own.retry }),
    circuitBreaker: circuitBreaker({ ...shared.circuitBreaker, ...own.circuitBreaker }),
    bulkhead: shared.bulkhead || own.bulkhead ? bulkhead({ ...shared.bulkhead, ...own.bulkhead }) : undefined,
    rateLimit: own.rateLimit ?? shared.rateLimit,
  });
}

function childPolicies({ timeoutMs = Infinity, retry: again }: StepPolicies): AttemptPolicies {
  return Object.freeze({
    timeoutMs,
    retry: retry({ maxAttempts: 1, maxElapsedMs: Infinity, ...again }),
    circuitBreaker: circuitBreaker({}),
    bulkhead: undefined,
    rateLimit: undefined,
  });
}

function retry(policy: NonNullable<StepPolicies["retry"]>): AttemptPolicies["retry"] {
  const defaults = SEED_DEFAULTS.retry;
  return Object.freeze({
    maxAttempts: policy.maxAttempts ?? defaults.maxAttempts,
    baseDelayMs: policy.baseDelayMs ?? defaults.baseDelay,
    maxDelayMs: policy.maxDelayMs ?? defaults.maxDelay,
    jitter: policy.jitter ?? defaults.jitter,
    maxElapsedMs: policy.maxElapsedMs ?? defaults.maxElapsed,
    retryOn: policy.retryOn,
  });
}

function circuitBreaker(policy: NonNullable<StepPolicies["circuitBreaker"]>): AttemptPolicies["circuitBreaker"] {
  const defaults = SEED_DEFAULTS.circuitBreaker;
  return Object.freeze({
    failureThreshold: policy.failureThreshold ?? defaults.failureThreshold,
    resetTimeoutMs: policy.resetTimeoutMs ?? defaults.openDuration,
    halfOpenProbes: policy.halfOpenProbes ?? defaults.halfOpenProbes,
    target: policy.target,
  });
}

function bulkhead(policy: NonNullable<StepPolicies["bulkhead"]>): AttemptPolicies["bulkhead"] {
  return Object.freeze({
    maxConcurrent: policy.maxConcurrent ?? SEED_DEFAULTS.bulkhead.maxConcurrent,
    maxQueue: policy.maxQueue ?? 0,
  });
}
