import type { CircuitBreakerRegistry } from "./circuit-breakers.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import { type CircuitSnapshot, endOfTime } from "./circuit-snapshot.ts";
import { circuitOf } from "./circuit-of.ts";
import type { Circuit } from "./circuit.ts";
import { holdCircuit } from "./hold-circuit.ts";
import { parseCircuitSnapshot } from "./parse-circuit-snapshot.ts";
import { circuitsOf } from "./snapshot-circuit.ts";
import { isObject } from "./snapshot-field.ts";

/**
 * Makes a breaker go on from a snapshot, of this circuit or one with other options: a window that it does not fit starts
 * empty. Whatever the circuit was before is forgotten, so calls under way count no more; listeners hear of the new state.
 *
 * An open circuit waits for what is left of its time, and never for longer than was left when the snapshot was taken; one
 * that was being probed is probed at once; one that was isolated or disabled stays so until `reset`. Throws a `TypeError`
 * for what is no snapshot, before anything changes.
 */
export function restoreCircuit(breaker: CircuitBreaker, from: CircuitSnapshot): void {
  restore(circuitOf(breaker), parseCircuitSnapshot(from, "circuit"));
}

/** Restores the circuit of every key in `from`, each as `restoreCircuit` does. One that does not fit spoils them all. */
export function restoreCircuits(
  registry: CircuitBreakerRegistry,
  from: Readonly<Record<string, CircuitSnapshot>>,
): void {
  const circuits = circuitsOf(registry);
  if (!isObject(from)) throw new TypeError("Cannot restore circuits: snapshot must be an object");
  const all = Object.entries(from).map(([key, data]) => [key, parseCircuitSnapshot(data, `circuit "${key}"`)] as const);
  for (const [key, saved] of all) restore(circuits.use(key).circuit, saved);
}

function restore(circuit: Circuit, { state, openUntil, openings, openFor, window, takenAt }: CircuitSnapshot): void {
  const { clock } = circuit.settings;
  circuit.reset();
  // A wall clock that was set back meanwhile must not make the circuit wait for longer than was left.
  const age = Math.max(0, clock.wall() - takenAt);
  const left = openFor === endOfTime ? Infinity : Math.min(openUntil - takenAt, openFor) - age;
  circuit.openings = openings;
  circuit.openFor = openFor;
  circuit.openUntil = clock.now() + (state === "open" ? left : Math.min(left, 0));
  if (state === "open" || state === "half-open") circuit.change(undefined, state);
  else circuit.tally.restore(window, age);
  if (state === "isolated" || state === "disabled") holdCircuit(circuit, { state, reason: undefined });
}
