import { stackPolicy } from "./call.ts";
import { type CircuitBreakerOptions, circuitSettings, type CircuitState } from "./circuit-options.ts";
import { type CircuitSnapshot, parseCircuitSnapshot } from "./circuit-snapshot.ts";
import { Circuit } from "./circuit.ts";
import type { Clock } from "../clock.ts";
import { policyObject } from "./policy-object.ts";
import type { Policy } from "./policy.ts";

/** A policy with a memory: all operations under it share one circuit. */
export interface CircuitBreaker extends Policy {
  /** An open circuit becomes `half-open` when a call comes, not before. */
  readonly state: CircuitState;
  /** Milliseconds until a call may be let through: 0 when one may now, `Infinity` while isolated. */
  readonly retryAfter: number;
  /** Refuses every call until the result is disposed. `reason` becomes the cause of the errors. */
  isolate(reason?: unknown): Disposable;
  /** Lets every call through uncounted until the result is disposed. Where both hold, `isolate` wins. */
  disable(): Disposable;
  /** Closes the circuit and ends every `isolate` and `disable`. */
  reset(): void;
  /** The circuit as JSON, to go on from after a restart. Calls under way and errors are not in it. */
  snapshot(): CircuitSnapshot;
}

/**
 * Stops calling what keeps failing: once its window says so every call is refused with a `CircuitOpenError`, until a probe
 * succeeds.
 *
 * Outcomes of calls that were let in before the last change of state count no more. A cancelled or ignored probe frees its
 * place and changes nothing; one that hangs loses it after `probeLease`.
 *
 * `from` is a snapshot to go on from, of this circuit or one with other options: a window that it does not fit starts
 * empty. An open circuit waits for what is left of its time, and never for longer than was left when the snapshot was
 * taken; one that was being probed is probed at once; one that was isolated or disabled stays so until `reset`. Throws a
 * `TypeError` for what is no snapshot.
 */
export function circuitBreaker<T = unknown>(
  options: CircuitBreakerOptions<T> = {},
  from?: CircuitSnapshot,
): CircuitBreaker {
  const settings = circuitSettings(options);
  const saved = from === undefined ? undefined : parseCircuitSnapshot(from, "circuit");
  return guardWith(new Circuit(settings, undefined, saved), settings.clock);
}

/** A circuit as users see it. */
export function guardWith(circuit: Circuit, clock: Clock): CircuitBreaker {
  const select = (): Circuit => circuit;
  return policyObject(stackPolicy({ clock, retry: undefined, circuit: { select }, timeLimit: undefined }), {
    get state() {
      return circuit.state;
    },
    get retryAfter() {
      return circuit.retryAfter;
    },
    isolate: (reason?: unknown) => circuit.isolate(reason),
    disable: () => circuit.disable(),
    reset: () => circuit.reset(),
    snapshot: () => circuit.snapshot(),
  });
}
