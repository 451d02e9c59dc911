import { stackPolicy } from "./call.ts";
import { type CircuitBreaker, guardWith } from "./circuit-breaker.ts";
import type { CircuitKey } from "./circuit-key.ts";
import { type CircuitBreakersOptions, type CircuitEntry, Circuits } from "./circuits.ts";
import { policyObject } from "./policy-object.ts";
import type { Policy } from "./policy.ts";

/**
 * A circuit for every key, as one policy. A key is text or a {@link CircuitKey}, which `circuitKey` turns into text.
 *
 * Memory is bounded: circuits that nobody has used for `idleTtl` go as new ones come. Never forgotten are an open circuit
 * before its time plus `idleTtl` is up, one that is being probed and one that is isolated or disabled, so `maxKeys` can
 * be passed by circuits that are not closed.
 */
export interface CircuitBreakerRegistry extends Policy {
  /** The breaker of a key, made when there is none. */
  get(key: CircuitKey | string): CircuitBreaker;
  peek(key: CircuitKey | string): CircuitBreaker | undefined;
  /** Forgets a key, whatever its state. Calls under way change nothing any more. */
  delete(key: CircuitKey | string): boolean;
  entries(): IterableIterator<[string, CircuitBreaker]>;
  readonly size: number;
}

/** Every key gets a circuit as `circuitBreaker` makes one of these options, when it is first used. */
export function circuitBreakers<T = unknown>(options: CircuitBreakersOptions<T> = {}): CircuitBreakerRegistry {
  const circuits = new Circuits(options);
  const { clock } = circuits.settings;
  return policyObject(stackPolicy(clock, undefined, circuits), {
    get: (key: CircuitKey | string) => breakerOf(circuits.use(key)),
    peek: (key: CircuitKey | string) => {
      const entry = circuits.peek(key);
      return entry && breakerOf(entry);
    },
    delete: (key: CircuitKey | string) => circuits.delete(key),
    *entries(): IterableIterator<[string, CircuitBreaker]> {
      for (const [key, entry] of circuits.entries()) yield [key, breakerOf(entry)];
    },
    get size() {
      return circuits.size;
    },
  });
}

function breakerOf(entry: CircuitEntry): CircuitBreaker {
  entry.breaker ??= guardWith(entry.circuit);
  return entry.breaker;
}
