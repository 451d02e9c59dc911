import {
  circuitBreaker,
  type CircuitBreaker,
  classify,
  compose,
  constantBackoff,
  consecutive,
  exponentialBackoff,
  type Policy,
  retry,
  timeout,
  timeWindow,
} from "orchestr8/resilience";
import type { Breaker, CircuitState, Guard, Peer } from "./peer.ts";

function guardOf(policy: Policy): Guard {
  return (work) => {
    const call = policy(work);
    return (signal) => call({ signal });
  };
}

function breakerOf(breaker: CircuitBreaker): Breaker {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody isolates or disables it here
  return { guard: guardOf(breaker), state: () => breaker.state as CircuitState };
}

export const orchestr8: Peer = {
  name: "orchestr8",
  hearsSignals: true,
  retry: (maxAttempts, delay) => guardOf(retry({ maxAttempts, backoff: constantBackoff(delay) })),
  spreadRetry: (maxAttempts, base, maxDelay) =>
    guardOf(retry({ maxAttempts, backoff: exponentialBackoff({ base, maxDelay }) })),
  timeout: (ms) => guardOf(timeout(ms)),
  breaker: ({ failures, openDuration, excludes = () => false }) =>
    breakerOf(
      circuitBreaker({
        window: consecutive(failures),
        openDuration,
        classify: (outcome) => (!outcome.ok && excludes(outcome.error) ? "ignored" : classify(outcome)),
      }),
    ),
  windowBreaker: (duration) =>
    breakerOf(circuitBreaker({ window: timeWindow({ duration, failureRate: 0.5, minimumCalls: 5 }) })),
  listenedBreaker: (listener) => breakerOf(circuitBreaker({ window: consecutive(1), on: listener })),
  pair: (first, second) => {
    const options = {};
    return [circuitBreaker(options)(first), circuitBreaker(options)(second)];
  },
  stack: () => guardOf(compose(retry(), circuitBreaker(), timeout())),
};
