import type { CircuitBreaker } from "./circuit-breaker.ts";
import { circuitOf } from "./circuit-of.ts";
import type { Circuit, Hold } from "./circuit.ts";

/** Refuses every call of a breaker until the result is disposed. `reason` becomes the cause of the errors. */
export function isolate(breaker: CircuitBreaker, reason?: unknown): Disposable {
  return holdCircuit(circuitOf(breaker), { state: "isolated", reason });
}

/** Lets every call of a breaker through uncounted until the result is disposed. Where both hold, `isolate` wins. */
export function disable(breaker: CircuitBreaker): Disposable {
  return holdCircuit(circuitOf(breaker), { state: "disabled", reason: undefined });
}

/** Who holds a circuit at the same time, the first first. */
const holders = new WeakMap<Hold, Set<Hold>>();

/** Keeps a circuit in a state until the result is disposed, or somebody resets it. */
export function holdCircuit(circuit: Circuit, hold: Hold): Disposable {
  const all = (circuit.hold && holders.get(circuit.hold)) ?? new Set();
  const decide = (): void => {
    const holds = [...all];
    circuit.change(holds.findLast(({ state }) => state === "isolated") ?? holds[0]);
  };
  holders.set(hold, all.add(hold));
  decide();
  return {
    [Symbol.dispose]() {
      const isReset = circuit.hold === undefined || holders.get(circuit.hold) !== all;
      if (all.delete(hold) && !isReset) decide();
    },
  };
}
