import {
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  ConstantBackoff,
  ExponentialBackoff,
  handleAll,
  handleWhen,
  type IPolicy,
  retry,
  SamplingBreaker,
  timeout,
  TimeoutStrategy,
  wrap,
} from "cockatiel";
import type { Breaker, Guard, Peer } from "./peer.ts";

function guardOf(policy: IPolicy): Guard {
  return (work) => (signal) => policy.execute(work, signal);
}

const states = {
  [CircuitState.Closed]: "closed",
  [CircuitState.Open]: "open",
  [CircuitState.HalfOpen]: "half-open",
  [CircuitState.Isolated]: "open",
} as const;

function breakerOf(policy: CircuitBreakerPolicy): Breaker {
  return { guard: guardOf(policy), state: () => states[policy.state] };
}

export const cockatiel: Peer = {
  name: "cockatiel",
  hearsSignals: true,
  retry: (attempts, delay) =>
    guardOf(retry(handleAll, { maxAttempts: attempts - 1, backoff: new ConstantBackoff(delay) })),
  spreadRetry: (attempts, initialDelay, maxDelay) =>
    guardOf(
      retry(handleAll, { maxAttempts: attempts - 1, backoff: new ExponentialBackoff({ initialDelay, maxDelay }) }),
    ),
  timeout: (ms) => guardOf(timeout(ms, TimeoutStrategy.Aggressive)),
  breaker: ({ failures, openDuration, excludes = () => false }) =>
    breakerOf(
      circuitBreaker(
        handleWhen((error) => !excludes(error)),
        { halfOpenAfter: openDuration, breaker: new ConsecutiveBreaker(failures) },
      ),
    ),
  windowBreaker: (duration) => {
    const breaker = new SamplingBreaker({ threshold: 0.5, duration, minimumRps: 5_000 / duration });
    return breakerOf(circuitBreaker(handleAll, { halfOpenAfter: 60_000, breaker }));
  },
  listenedBreaker: (listener) => {
    const policy = circuitBreaker(handleAll, { halfOpenAfter: 60_000, breaker: new ConsecutiveBreaker(1) });
    policy.onSuccess(listener);
    return breakerOf(policy);
  },
  pair: (first, second) => {
    const options = { halfOpenAfter: 60_000, breaker: new ConsecutiveBreaker(5) };
    const [one, other] = [circuitBreaker(handleAll, options), circuitBreaker(handleAll, options)];
    return [() => one.execute(first), () => other.execute(second)];
  },
  stack: () =>
    guardOf(
      wrap(
        retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff({ initialDelay: 1_000 }) }),
        circuitBreaker(handleAll, { halfOpenAfter: 60_000, breaker: new ConsecutiveBreaker(5) }),
        timeout(30_000, TimeoutStrategy.Aggressive),
      ),
    ),
};
