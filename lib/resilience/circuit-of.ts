import { stackOf } from "./call.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import { Circuit } from "./circuit.ts";

/** What is behind a breaker. */
export function circuitOf(breaker: CircuitBreaker): Circuit {
  const circuit = stackOf(breaker)?.circuit;
  if (circuit instanceof Circuit) return circuit;
  throw new TypeError("Cannot find circuit: breaker must come from circuitBreaker() or a registry");
}
