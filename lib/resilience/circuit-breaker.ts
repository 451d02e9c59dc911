import { stackPolicy } from "./call.ts";
import { type CircuitBreakerOptions, circuitSettings, type CircuitState } from "./circuit-options.ts";
import { Circuit } from "./circuit.ts";
import { policyObject } from "./policy-object.ts";
import type { Policy } from "./policy.ts";

/** A policy with a memory: all operations under it share one circuit. */
export interface CircuitBreaker extends Policy {
  /** An open circuit becomes `half-open` when a call comes, not before. */
  readonly state: CircuitState;
  /** Milliseconds until a call may be let through: 0 when one may now, `Infinity` while isolated. */
  readonly retryAfter: number;
  /** Closes the circuit and ends every `isolate` and `disable`. */
  reset(): void;
}

/**
 * Stops calling what keeps failing: once its window says so every call is refused with a `CircuitOpenError`, until a probe
 * succeeds.
 *
 * Outcomes of calls that were let in before the last change of state count no more. A cancelled or ignored probe frees its
 * place and changes nothing; one that hangs loses it after `probeLease`.
 */
export function circuitBreaker<T = unknown>(options: CircuitBreakerOptions<T> = {}): CircuitBreaker {
  return guardWith(new Circuit(circuitSettings(options)));
}

/** A circuit as users see it. */
export function guardWith(circuit: Circuit): CircuitBreaker {
  const { clock } = circuit.settings;
  return policyObject(stackPolicy(clock, undefined, circuit), {
    get state() {
      return circuit.state;
    },
    get retryAfter() {
      return circuit.retryAfter;
    },
    reset: () => circuit.reset(),
  });
}
