import { stackOf } from "./call.ts";
import type { CircuitBreakerRegistry } from "./circuit-breakers.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import { type CircuitSnapshot, endOfTime } from "./circuit-snapshot.ts";
import { circuitOf } from "./circuit-of.ts";
import type { Circuit } from "./circuit.ts";
import { Circuits } from "./circuits.ts";

/** The circuit of a breaker as frozen JSON, to go on from after a restart. Calls under way and errors are not in it. */
export function snapshotCircuit(breaker: CircuitBreaker): CircuitSnapshot {
  return snapshot(circuitOf(breaker));
}

/** Every circuit of a registry by its key, as `snapshotCircuit` has it. */
export function snapshotCircuits(registry: CircuitBreakerRegistry): Readonly<Record<string, CircuitSnapshot>> {
  const all = [...circuitsOf(registry).entries()].map(([key, { circuit }]) => [key, snapshot(circuit)] as const);
  // Unlike an assignment, this takes "__proto__" for a key like any other.
  return Object.freeze(Object.fromEntries(all));
}

/** What is behind a registry. */
export function circuitsOf(registry: CircuitBreakerRegistry): Circuits {
  const circuits = stackOf(registry)?.circuit;
  if (circuits instanceof Circuits) return circuits;
  throw new TypeError("Cannot find circuits: registry must come from circuitBreakers()");
}

function snapshot({ state, openings, openFor, openUntil, tally, settings }: Circuit): CircuitSnapshot {
  const { clock } = settings;
  const takenAt = clock.wall();
  const until = Math.max(0, Math.ceil(takenAt + openUntil - clock.now()));
  return Object.freeze({
    v: 1,
    state,
    openUntil: openings === 0 ? 0 : Math.min(until, endOfTime),
    openings,
    openFor: Math.min(openFor, endOfTime),
    window: tally.snapshot(),
    takenAt,
  });
}
