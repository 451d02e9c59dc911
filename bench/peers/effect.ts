import { Cause, Effect, Exit, Schedule, Scope } from "effect";
import { CircuitBreaker } from "effect/persistence";
import type { Breaker, BreakerShape, Guard, Peer, Work } from "./peer.ts";

type Wrap = <T, E>(effect: Effect.Effect<T, E>) => Effect.Effect<T, unknown>;

function guardOf(wrap: Wrap): Guard {
  return <T>(work: Work<T>) => {
    const effect = wrap(Effect.tryPromise({ try: (signal) => work({ signal }), catch: (error) => error }));
    return (signal?: AbortSignal) => Effect.runPromise(effect, signal && { signal });
  };
}

const key = "peer";

function createBreaker({ failures, openDuration }: BreakerShape): CircuitBreaker.CircuitBreaker {
  return Effect.runSync(
    CircuitBreaker.make({ tripPolicy: CircuitBreaker.consecutive(failures), openDuration }).pipe(
      Scope.provide(Effect.runSync(Scope.make())),
      Effect.provide(CircuitBreaker.layerStoreMemory()),
    ),
  );
}

const states = { Closed: "closed", Open: "open", HalfOpen: "half-open" } as const;

function breakerOf(shape: BreakerShape): Breaker {
  const { excludes = () => false } = shape;
  const breaker = createBreaker(shape);
  return {
    guard: <T>(work: Work<T>) => {
      const guarded = Effect.tryPromise({ try: (signal) => work({ signal }), catch: (error) => error }).pipe(
        breaker.execute({
          key,
          classify: (exit) => {
            if (Exit.isSuccess(exit)) return CircuitBreaker.success;
            const excluded = exit.cause.reasons.some((reason) => Cause.isFailReason(reason) && excludes(reason.error));
            return excluded ? CircuitBreaker.ignored : CircuitBreaker.failure();
          },
        }),
      );
      return (signal?: AbortSignal) => Effect.runPromise(guarded, signal && { signal });
    },
    state: async () => {
      const { _tag: tag } = await Effect.runPromise(breaker.state(key));
      return states[tag];
    },
  };
}

const backoff = Schedule.exponential("1 second").pipe(Schedule.jittered);

export const effect: Peer = {
  name: "effect",
  hearsSignals: true,
  retry: (attempts, delay) => guardOf(Effect.retry({ times: attempts - 1, schedule: Schedule.spaced(delay) })),
  timeout: (ms) => guardOf(Effect.timeout(ms)),
  breaker: breakerOf,
  stack: () => {
    const breaker = createBreaker({ failures: 5, openDuration: 60_000 });
    return guardOf((work) =>
      work.pipe(Effect.timeout("30 seconds"), breaker.execute({ key }), Effect.retry({ times: 2, schedule: backoff })),
    );
  },
};

/** Without its breaker, which is new and experimental. */
export const effectRetryTimeout: Guard = guardOf((work) =>
  work.pipe(Effect.timeout("30 seconds"), Effect.retry({ times: 2, schedule: backoff })),
);
