import type { JitterPolicy, RateLimitPolicy, RetryKind, Step, StepPolicies, Template, Workflow } from "../workflow.ts";

/** What holds for an execution, defaults filled in. */
export interface ExecutionPolicies {
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
    gracePeriodMs: policies.gracePeriodMs ?? 5_000,
  });
}

/** A step's policy overrides the workflow's field by field, and that the defaults. */
export function attemptPolicies({ policies: shared }: Workflow, { policies: own }: Step): AttemptPolicies {
  return Object.freeze({
    timeoutMs: own.timeoutMs ?? shared.timeoutMs ?? 30_000,
    retry: retry({ ...shared.retry, ...own.retry }),
    circuitBreaker: circuitBreaker({ ...shared.circuitBreaker, ...own.circuitBreaker }),
    bulkhead: shared.bulkhead || own.bulkhead ? bulkhead({ ...shared.bulkhead, ...own.bulkhead }) : undefined,
    rateLimit: own.rateLimit ?? shared.rateLimit,
  });
}

function retry(policy: NonNullable<StepPolicies["retry"]>): AttemptPolicies["retry"] {
  return Object.freeze({
    maxAttempts: policy.maxAttempts ?? 3,
    baseDelayMs: policy.baseDelayMs ?? 1_000,
    maxDelayMs: policy.maxDelayMs ?? 30_000,
    jitter: policy.jitter ?? { randomizationFactor: 0.5 },
    maxElapsedMs: policy.maxElapsedMs ?? 90_000,
    retryOn: policy.retryOn,
  });
}

function circuitBreaker(policy: NonNullable<StepPolicies["circuitBreaker"]>): AttemptPolicies["circuitBreaker"] {
  return Object.freeze({
    failureThreshold: policy.failureThreshold ?? 5,
    resetTimeoutMs: policy.resetTimeoutMs ?? 60_000,
    halfOpenProbes: policy.halfOpenProbes ?? 1,
    target: policy.target,
  });
}

function bulkhead(policy: NonNullable<StepPolicies["bulkhead"]>): AttemptPolicies["bulkhead"] {
  return Object.freeze({ maxConcurrent: policy.maxConcurrent ?? 10, maxQueue: policy.maxQueue ?? 0 });
}
