import type {
  Budget,
  BulkheadPolicy,
  CircuitBreakerPolicy,
  JitterPolicy,
  RateLimitPolicy,
  RetryKind,
  RetryPolicy,
  StepPolicies,
  Template,
  WorkflowPolicies,
} from "../lib/workflow.ts";
import { type AllFields, presentFields } from "./canonical.ts";
import { parseDuration } from "./duration.ts";

/** Milliseconds, or text such as `"500ms"`, `"30s"`, `"5m"`. */
export type DurationInput = number | string;

/** A workflow's `policies` as people write them. `Target` is how this spelling writes a template. */
export interface PoliciesInput<Target = unknown> {
  /** The name of a policy set, whose fields hold where these say nothing. */
  readonly use?: string | undefined;
  readonly timeout?:
    | { readonly global?: DurationInput | undefined; readonly perStep?: DurationInput | undefined }
    | undefined;
  readonly resilience?:
    | {
        readonly retry?: RetryInput | undefined;
        readonly circuitBreaker?: CircuitBreakerInput<Target> | undefined;
        readonly bulkhead?: BulkheadInput | undefined;
        readonly rateLimit?: RateLimitInput | undefined;
        readonly compositionOrder?: "retry-cb-timeout" | undefined;
      }
    | undefined;
  readonly concurrency?:
    | { readonly maxConcurrentSteps?: number | undefined; readonly onFailure?: "abort" | "drain" | undefined }
    | undefined;
  readonly cancellation?: { readonly gracePeriod?: DurationInput | undefined } | undefined;
  readonly budget?: BudgetInput | undefined;
}

/** See `Budget` for the meaning of each field. */
export interface BudgetInput {
  readonly wallClock?: DurationInput | undefined;
  readonly tokens?: number | undefined;
  readonly usd?: number | undefined;
  readonly calls?: number | undefined;
}

/** A step's `policies` as people write them. They override the workflow's field by field. */
export interface StepPoliciesInput<Target = unknown> {
  /** The name of a policy set, whose fields hold where these say nothing. */
  readonly use?: string | undefined;
  readonly timeout?: DurationInput | undefined;
  readonly retry?: RetryInput | undefined;
  readonly circuitBreaker?: CircuitBreakerInput<Target> | undefined;
  readonly bulkhead?: BulkheadInput | undefined;
  readonly rateLimit?: RateLimitInput | undefined;
  /**
   * What the agent is told as `context.idempotencyKey`, such as the number of an order, so that the same effect asked for by two
   * executions happens once. With `forEach` it has to tell the items apart. 1 to 255 visible ASCII characters.
   */
  readonly idempotencyKey?: Target | undefined;
}

/** See `RetryPolicy` for the meaning and the default of each field. */
export interface RetryInput {
  readonly maxAttempts?: number | undefined;
  readonly baseDelay?: DurationInput | undefined;
  readonly maxDelay?: DurationInput | undefined;
  readonly jitter?: JitterPolicy | undefined;
  readonly maxElapsed?: DurationInput | undefined;
  readonly retryOn?: readonly RetryKind[] | undefined;
}

/** See `CircuitBreakerPolicy` for the meaning and the default of each field. */
export interface CircuitBreakerInput<Target = unknown> {
  readonly failureThreshold?: number | undefined;
  readonly resetTimeout?: DurationInput | undefined;
  readonly halfOpenProbes?: number | undefined;
  readonly target?: Target | undefined;
}

/** See `BulkheadPolicy` for the meaning and the default of each field. */
export interface BulkheadInput {
  readonly maxConcurrent?: number | undefined;
  readonly maxQueue?: number | undefined;
}

/** See `RateLimitPolicy` for the meaning. */
export interface RateLimitInput {
  readonly limit: number;
  readonly per: DurationInput;
}

/**
 * The AST of a workflow's policies. `toTemplate` reads the breaker's target. A policy without fields is dropped, as it
 * says nothing. Throws RangeError for a number or duration out of range.
 */
export function workflowPolicies<Target>(
  input: PoliciesInput<Target>,
  toTemplate: (target: Target) => Template,
): WorkflowPolicies {
  const { timeout, resilience, concurrency, cancellation, budget } = input;
  return presentFields<WorkflowPolicies>({
    globalTimeoutMs: limitMs("timeout.global", timeout?.global),
    timeoutMs: limitMs("timeout.perStep", timeout?.perStep),
    retry: retryPolicy(resilience?.retry),
    circuitBreaker: circuitBreakerPolicy(resilience?.circuitBreaker, toTemplate),
    bulkhead: bulkheadPolicy(resilience?.bulkhead),
    rateLimit: rateLimitPolicy(resilience?.rateLimit),
    maxConcurrentSteps: count("concurrency.maxConcurrentSteps", concurrency?.maxConcurrentSteps),
    onFailure: concurrency?.onFailure,
    gracePeriodMs: milliseconds("cancellation.gracePeriod", cancellation?.gracePeriod),
    budget: budgetPolicy(budget),
  });
}

/** As {@link workflowPolicies}, for one step. `toTemplate` reads its idempotency key, too. */
export function stepPolicies<Target>(
  input: StepPoliciesInput<Target>,
  toTemplate: (target: Target) => Template,
): StepPolicies {
  return presentFields<StepPolicies>({
    timeoutMs: limitMs("timeout", input.timeout),
    retry: retryPolicy(input.retry),
    circuitBreaker: circuitBreakerPolicy(input.circuitBreaker, toTemplate),
    bulkhead: bulkheadPolicy(input.bulkhead),
    rateLimit: rateLimitPolicy(input.rateLimit),
    idempotencyKey: input.idempotencyKey === undefined ? undefined : toTemplate(input.idempotencyKey),
  });
}

function retryPolicy(input: RetryInput | undefined): RetryPolicy | undefined {
  return unlessEmpty<RetryPolicy>({
    maxAttempts: count("retry.maxAttempts", input?.maxAttempts),
    baseDelayMs: milliseconds("retry.baseDelay", input?.baseDelay),
    maxDelayMs: milliseconds("retry.maxDelay", input?.maxDelay),
    jitter: jitter(input?.jitter),
    maxElapsedMs: limitMs("retry.maxElapsed", input?.maxElapsed),
    retryOn: input?.retryOn && [...input.retryOn],
  });
}

function circuitBreakerPolicy<Target>(
  input: CircuitBreakerInput<Target> | undefined,
  toTemplate: (target: Target) => Template,
): CircuitBreakerPolicy | undefined {
  return unlessEmpty<CircuitBreakerPolicy>({
    failureThreshold: count("circuitBreaker.failureThreshold", input?.failureThreshold),
    resetTimeoutMs: limitMs("circuitBreaker.resetTimeout", input?.resetTimeout),
    halfOpenProbes: count("circuitBreaker.halfOpenProbes", input?.halfOpenProbes),
    target: input?.target === undefined ? undefined : toTemplate(input.target),
  });
}

/** Unlike the others it is kept without fields, too: naming a bulkhead is asking for one. */
function bulkheadPolicy(input: BulkheadInput | undefined): BulkheadPolicy | undefined {
  if (input === undefined) return undefined;
  return presentFields<BulkheadPolicy>({
    maxConcurrent: count("bulkhead.maxConcurrent", input.maxConcurrent),
    maxQueue: count("bulkhead.maxQueue", input.maxQueue, 0),
  });
}

function rateLimitPolicy(input: RateLimitInput | undefined): RateLimitPolicy | undefined {
  if (input === undefined) return undefined;
  const limit = count("rateLimit.limit", input.limit);
  const perMs = limitMs("rateLimit.per", input.per);
  if (limit !== undefined && perMs !== undefined) return { limit, perMs };
  throw new RangeError(
    'Cannot read policy "rateLimit": it must have a limit and a time, as in { limit: 10, per: "1s" }',
  );
}

function budgetPolicy(input: BudgetInput | undefined): Budget | undefined {
  return unlessEmpty<Budget>({
    wallClockMs: limitMs("budget.wallClock", input?.wallClock),
    tokens: count("budget.tokens", input?.tokens),
    usd: amount("budget.usd", input?.usd),
    calls: count("budget.calls", input?.calls),
  });
}

function unlessEmpty<T extends object>(fields: AllFields<T>): T | undefined {
  const present = presentFields(fields);
  return Object.keys(present).length === 0 ? undefined : present;
}

function milliseconds(field: string, duration: DurationInput | undefined): number | undefined {
  if (duration === undefined) return undefined;
  try {
    return parseDuration(duration);
  } catch (cause) {
    throw new RangeError(`Cannot read policy "${field}": it must be a duration such as 500, "30s" or "5m"`, { cause });
  }
}

/** A duration that nothing could be done in if it were 0. */
function limitMs(field: string, duration: DurationInput | undefined): number | undefined {
  const limit = milliseconds(field, duration);
  if (limit === 0) throw new RangeError(`Cannot read policy "${field}": it must be above 0, got ${duration}`);
  return limit;
}

function count(field: string, value: number | undefined, minimum = 1): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= minimum)) return value;
  throw new RangeError(`Cannot read policy "${field}": it must be an integer >= ${minimum}, got ${value}`);
}

function amount(field: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isFinite(value) && value > 0)) return value;
  throw new RangeError(`Cannot read policy "${field}": it must be a number above 0, got ${value}`);
}

function jitter(value: JitterPolicy | undefined): JitterPolicy | undefined {
  if (typeof value !== "object") return value;
  const { randomizationFactor } = value;
  if (randomizationFactor >= 0 && randomizationFactor <= 1) return { randomizationFactor };
  throw new RangeError(
    `Cannot read policy "retry.jitter.randomizationFactor": it must be a number from 0 to 1, got ${randomizationFactor}`,
  );
}
