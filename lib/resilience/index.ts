export { type Clock, type Random, seededRandom, sleep, systemClock, systemRandom } from "../clock.ts";
export {
  BulkheadFullError,
  CancelledError,
  CircuitOpenError,
  type ErrorCode,
  isOrchestr8Error,
  Orchestr8Error,
  RateLimitError,
  RetryableError,
  TimeoutError,
  ValidationError,
} from "../errors.ts";
export {
  type AdaptiveConcurrency,
  adaptiveConcurrency,
  type AdaptiveConcurrencyEvent,
  type AdaptiveConcurrencyOptions,
} from "./adaptive-concurrency.ts";
export { adaptiveRetryBudget, type AdaptiveRetryBudgetOptions } from "./adaptive-retry-budget.ts";
export { attemptsOf } from "./attempts-of.ts";
export {
  type Backoff,
  type BackoffState,
  constantBackoff,
  delays,
  exponentialBackoff,
  type ExponentialBackoffOptions,
  type Jitter,
} from "./backoff.ts";
export { type Bulkhead, bulkhead, type BulkheadEvent, type BulkheadOptions } from "./bulkhead.ts";
export { type CircuitBreaker, circuitBreaker } from "./circuit-breaker.ts";
export { type CircuitBreakerRegistry, circuitBreakers } from "./circuit-breakers.ts";
export { type CircuitKey, circuitKey } from "./circuit-key.ts";
export type { CircuitBreakerEvent, CircuitBreakerOptions, CircuitState, Judgement } from "./circuit-options.ts";
export type { CircuitSnapshot } from "./circuit-snapshot.ts";
export type { CircuitBreakersOptions } from "./circuits.ts";
export { classify, errorKind, type ErrorKind, isRetryable, type Verdict } from "./classify.ts";
export { compose } from "./compose.ts";
export { cooperative } from "./cooperative.ts";
export { deadline, type DeadlineOptions } from "./deadline.ts";
export { fallback, type FallbackEvent, type FallbackOptions, type MakeAnswer } from "./fallback.ts";
export { disable, isolate } from "./hold-circuit.ts";
export { hedge, type HedgeOptions } from "./hedge.ts";
export type { HedgeEvent } from "./hedged-call.ts";
export type { Listener } from "./listener.ts";
export type { CallOptions, Context, Guarded, Operation, Outcome, Policy } from "./policy.ts";
export { type RateLimitEvent, rateLimiter, type RateLimiterOptions } from "./rate-limiter.ts";
export { resilience, type ResilienceListeners, type SharedResilience } from "./resilience.ts";
export type {
  BulkheadConfig,
  CircuitBreakerConfig,
  RateLimitConfig,
  ResilienceConfig,
  RetryConfig,
} from "./resilience-config.ts";
export { parseRetryAfter, readRetryAfter } from "./retry-after.ts";
export { type RetryBudget, retryBudget, type RetryBudgetOptions } from "./retry-budget.ts";
export {
  decideRetry,
  type GiveUpReason,
  retry,
  type RetryDecision,
  type RetryEvent,
  type RetryOptions,
  type RetryState,
} from "./retry.ts";
export { restoreCircuit, restoreCircuits } from "./restore-circuit.ts";
export { SEED_DEFAULTS } from "./seed-defaults.ts";
export { snapshotCircuit, snapshotCircuits } from "./snapshot-circuit.ts";
export type { Strategy } from "./stack.ts";
export { timeout, type TimeoutEvent, type TimeoutOptions } from "./timeout.ts";
export type { BucketSnapshot, WindowSnapshot } from "./window-snapshot.ts";
export type { ConsecutiveWindow, CountWindow, FailureRate, SlowCall, TimeWindow } from "./window-settings.ts";
export { consecutive, countWindow, timeWindow, type Window } from "./window.ts";
