import { maxTimerMs } from "../clock.ts";
import type { Jitter } from "./backoff.ts";
import { requireNumber } from "./require-number.ts";

/** Policies as plain JSON, durations in milliseconds. What is absent has its default, `false` switches a policy off. */
export interface ResilienceConfig {
  readonly retry?: RetryConfig | false;
  readonly circuitBreaker?: CircuitBreakerConfig | false;
  /** Calls that may begin in a time, for each `context.key` on its own. Off by default. */
  readonly rateLimit?: RateLimitConfig | false;
  /** Limit of one attempt, default 30 s. Without one, an attempt that hangs is waited for whatever `maxElapsed` says. */
  readonly timeout?: number | false;
  /** Operations that may run at once. Off by default. */
  readonly bulkhead?: BulkheadConfig | false;
}

export interface RetryConfig {
  /** Calls in total, default 3. */
  readonly maxAttempts?: number;
  /** Nominal delay after the first attempt, default 1 s. It doubles with every further one. */
  readonly baseDelay?: number;
  /** Bound of every delay, the first and jitter included, default 30 s. */
  readonly maxDelay?: number;
  /** Default `{ randomizationFactor: 0.5 }`. */
  readonly jitter?: Jitter;
  /** Bound of all attempts and delays together, default 90 s. */
  readonly maxElapsed?: number;
}

export interface CircuitBreakerConfig {
  /** Failures in a row that open the circuit, default 5. */
  readonly failureThreshold?: number;
  /** How long an open circuit refuses calls, default 60 s. */
  readonly openDuration?: number;
  /** How many calls a half-open circuit lets through, and how many must succeed to close it, default 1. */
  readonly halfOpenProbes?: number;
}

export interface RateLimitConfig {
  readonly limit: number;
  readonly per: number;
}

export interface BulkheadConfig {
  /** Default 10. */
  readonly maxConcurrent?: number;
  /** Calls that may wait for a place, default 0. */
  readonly maxQueue?: number;
}

/**
 * Throws a `RangeError` for a number out of range, and a `TypeError` for what is no object or has unknown options: a
 * misspelt one would silently be a default.
 */
export function checkConfig(config: ResilienceConfig): void {
  checkOptions("config", config, options);
}

/** Throws unless `value` is good for the option called `name`. */
type Check = (name: string, value: unknown) => void;

type Checks<Options> = { readonly [Option in keyof Options]-?: Check };

const count = number({ min: 1, integer: true });
const positive = number({ min: 0, above: true });
const delay = number({ min: 0, max: maxTimerMs });

const retry: Checks<RetryConfig> = {
  maxAttempts: count,
  baseDelay: delay,
  maxDelay: delay,
  jitter: checkJitter,
  maxElapsed: positive,
};
const circuitBreaker: Checks<CircuitBreakerConfig> = {
  failureThreshold: count,
  openDuration: positive,
  halfOpenProbes: count,
};
const rateLimit: Checks<RateLimitConfig> = { limit: count, per: positive };
const bulkhead: Checks<BulkheadConfig> = { maxConcurrent: count, maxQueue: number({ min: 0, integer: true }) };

const options: Checks<ResilienceConfig> = {
  retry: policy(retry),
  circuitBreaker: policy(circuitBreaker),
  rateLimit: policy(rateLimit),
  timeout: (name, value) => value === false || number({ min: 0, above: true, max: maxTimerMs })(name, value),
  bulkhead: policy(bulkhead),
};

function number(range: Parameters<typeof requireNumber>[3]): Check {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- requireNumber looks at the type, too
  return (name, value) => void requireNumber("resilience", name, value as number, range);
}

function policy<Options>(checks: Checks<Options>): Check {
  return (name, value) => value === false || checkOptions(name, value, checks, `${name}.`);
}

function checkJitter(name: string, value: unknown): void {
  if (value === "none" || value === "full" || value === "equal" || value === "decorrelated") return;
  if (typeof value !== "object") {
    const names = '"none", "full", "equal", "decorrelated"';
    throw new TypeError(`Cannot create resilience: ${name} must be ${names} or { randomizationFactor }`);
  }
  checkOptions(name, value, { randomizationFactor: number({ min: 0, max: 1 }) }, `${name}.`);
}

function checkOptions(name: string, value: unknown, checks: Readonly<Record<string, Check>>, prefix = ""): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`Cannot create resilience: ${name} must be an object`);
  }
  for (const [option, own] of Object.entries(value)) {
    const check = Object.hasOwn(checks, option) ? checks[option] : undefined;
    if (check === undefined) {
      const known = Object.keys(checks).map((each) => `"${each}"`);
      throw new TypeError(`Cannot create resilience: ${name} has no "${option}" (options: ${known.join(", ")})`);
    }
    if (own !== undefined) check(`${prefix}${option}`, own);
  }
}
