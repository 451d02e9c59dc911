import CircuitBreaker from "opossum";
import type { Breaker, Guard, Peer, Work } from "./peer.ts";

/** opossum tells nobody to stop. */
const never = { signal: new AbortController().signal };

function create(options: Readonly<Record<string, unknown>>): CircuitBreaker<[Work<unknown>], unknown> {
  return new CircuitBreaker((work: Work<unknown>) => work(never), options);
}

function guardOf(breaker: CircuitBreaker<[Work<unknown>], unknown>): Guard {
  return <T>(work: Work<T>) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what comes out is what the work gives
    return () => breaker.fire(work) as Promise<T>;
  };
}

function breakerOf(breaker: CircuitBreaker<[Work<unknown>], unknown>): Breaker {
  return {
    guard: guardOf(breaker),
    state: () => (breaker.halfOpen ? "half-open" : breaker.opened ? "open" : "closed"),
  };
}

export const opossum: Peer = {
  name: "opossum",
  hearsSignals: false,
  timeout: (ms) => guardOf(create({ timeout: ms })),
  breaker: ({ failures, openDuration, excludes = () => false }) =>
    breakerOf(
      create({
        timeout: false,
        resetTimeout: openDuration,
        volumeThreshold: failures,
        errorThresholdPercentage: 1,
        errorFilter: excludes,
      }),
    ),
  listenedBreaker: (listener) => breakerOf(create({ timeout: false }).on("success", listener)),
  pair: (first, second) => {
    const options = { cache: true };
    const [one, other] = [
      new CircuitBreaker(() => first(never), options),
      new CircuitBreaker(() => second(never), options),
    ];
    return [() => one.fire(), () => other.fire()];
  },
  stack: () => guardOf(create({})),
};
