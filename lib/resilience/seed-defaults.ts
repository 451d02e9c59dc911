/** The figures that apply where a workflow or a caller gives none. Durations in milliseconds. */
export const SEED_DEFAULTS = {
  retry: {
    maxAttempts: 3,
    baseDelay: 1_000,
    factor: 2,
    maxDelay: 30_000,
    jitter: { randomizationFactor: 0.5 },
    maxElapsed: 90_000,
  },
  timeout: 30_000,
  circuitBreaker: { failureThreshold: 5, openDuration: 60_000, halfOpenProbes: 1, successThreshold: 1 },
  cancellation: { grace: 5_000 },
  bulkhead: { maxConcurrent: 10 },
} as const;
