import { type Clock, type Random, systemClock, systemRandom } from "../clock.ts";
import { exponentialBackoff } from "./backoff.ts";
import { bulkhead, type BulkheadEvent } from "./bulkhead.ts";
import { circuitBreakers, type CircuitBreakerRegistry } from "./circuit-breakers.ts";
import type { CircuitBreakerEvent } from "./circuit-options.ts";
import { compose } from "./compose.ts";
import type { Listener } from "./listener.ts";
import type { Policy } from "./policy.ts";
import { rateLimiter, type RateLimitEvent } from "./rate-limiter.ts";
import {
  checkConfig,
  type CircuitBreakerConfig,
  type ResilienceConfig,
  type RetryConfig,
} from "./resilience-config.ts";
import type { RetryBudget } from "./retry-budget.ts";
import { retry, type RetryEvent } from "./retry.ts";
import { SEED_DEFAULTS } from "./seed-defaults.ts";
import { timeout, type TimeoutEvent } from "./timeout.ts";
import { consecutive } from "./window.ts";

/** What is no data: things that several stacks may have in common. */
export interface SharedResilience {
  /** Circuits in place of the stack's own, which come with their settings, clock and listener. */
  readonly circuitBreakers?: CircuitBreakerRegistry;
  readonly budget?: RetryBudget;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly on?: ResilienceListeners;
}

/** A listener for each policy, under its name in {@link ResilienceConfig}. */
export interface ResilienceListeners {
  readonly retry?: Listener<RetryEvent>;
  readonly circuitBreaker?: Listener<CircuitBreakerEvent>;
  readonly rateLimit?: Listener<RateLimitEvent>;
  readonly timeout?: Listener<TimeoutEvent>;
  readonly bulkhead?: Listener<BulkheadEvent>;
}

/**
 * The usual stack from plain JSON, always in the same order: retry, circuit breaker, rate limit, timeout, bulkhead,
 * operation. `resilience()` is `compose(retry(), circuitBreakers(), timeout(30_000))`.
 *
 * Circuits, rates and places belong to the result: make it once, and put it around all operations that call the same
 * callee. `context.key` tells circuits and rates apart.
 */
export function resilience(config: ResilienceConfig = {}, shared: SharedResilience = {}): Policy {
  checkConfig(config);
  const { clock = systemClock, on = {} } = shared;
  const layers = [
    retryLayer(config.retry, shared),
    circuitLayer(config.circuitBreaker, shared),
    config.rateLimit && rateLimiter({ ...config.rateLimit, clock, ...listener(on.rateLimit) }),
    config.timeout === false ? undefined : timeout(config.timeout, { clock, ...listener(on.timeout) }),
    config.bulkhead && bulkhead({ ...config.bulkhead, clock, ...listener(on.bulkhead) }),
  ];
  return compose(...layers.filter((layer) => layer !== undefined && layer !== false));
}

function retryLayer(config: RetryConfig | false = {}, shared: SharedResilience): Policy | undefined {
  if (config === false) return undefined;
  const defaults = SEED_DEFAULTS.retry;
  const { maxAttempts = defaults.maxAttempts, maxElapsed = defaults.maxElapsed } = config;
  const { baseDelay = defaults.baseDelay, maxDelay = defaults.maxDelay, jitter = defaults.jitter } = config;
  const { budget, clock = systemClock, random = systemRandom, on } = shared;
  // A bound of every delay bounds the first one, too.
  const backoff = exponentialBackoff({ base: Math.min(baseDelay, maxDelay), maxDelay, jitter });
  const options = { maxAttempts, maxElapsed, backoff, clock, random, ...listener(on?.retry) };
  return retry(budget === undefined ? options : { ...options, budget });
}

function circuitLayer(config: CircuitBreakerConfig | false | undefined, shared: SharedResilience): Policy | undefined {
  if (config === false) return undefined;
  const { circuitBreakers: registry, clock = systemClock, on } = shared;
  if (registry === undefined) {
    const { failureThreshold = SEED_DEFAULTS.circuitBreaker.failureThreshold, ...options } = config ?? {};
    const window = consecutive(failureThreshold);
    return circuitBreakers({ ...options, window, clock, ...listener(on?.circuitBreaker) });
  }
  if (config === undefined && on?.circuitBreaker === undefined) return registry;
  // They would do nothing, and nobody would notice.
  throw new TypeError(
    "Cannot create resilience: circuitBreaker and on.circuitBreaker must be absent beside shared.circuitBreakers",
  );
}

function listener<Event>(on: Listener<Event> | undefined): { readonly on?: Listener<Event> } {
  return on === undefined ? {} : { on };
}
