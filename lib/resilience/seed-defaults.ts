// One export a policy: who uses one should not bundle the figures of the others.

/** What `retry` and its backoff go by. */
export const retryDefaults = {
  maxAttempts: 3,
  baseDelay: 1_000,
  factor: 2,
  maxDelay: 30_000,
  jitter: { randomizationFactor: 0.5 },
  maxElapsed: 90_000,
} as const;

/** How long an attempt may take. */
export const timeoutDefault = 30_000;

/** What `circuitBreaker` goes by. */
export const circuitBreakerDefaults = {
  failureThreshold: 5,
  openDuration: 60_000,
  halfOpenProbes: 1,
  successThreshold: 1,
} as const;

/** How long work that was told to stop may take to do so. */
export const cancellationDefaults = { grace: 5_000 } as const;

/** What `bulkhead` goes by. */
export const bulkheadDefaults = { maxConcurrent: 10 } as const;

/** The figures that apply where a workflow or a caller gives none. Durations in milliseconds. */
export const SEED_DEFAULTS = {
  retry: retryDefaults,
  timeout: timeoutDefault,
  circuitBreaker: circuitBreakerDefaults,
  cancellation: cancellationDefaults,
  bulkhead: bulkheadDefaults,
} as const;
