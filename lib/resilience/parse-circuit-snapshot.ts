import type { CircuitState } from "./circuit-options.ts";
import { type CircuitSnapshot, endOfTime } from "./circuit-snapshot.ts";
import { type BadField, isObject, isWhole } from "./snapshot-field.ts";
import { parseWindowSnapshot } from "./window-snapshot.ts";

/**
 * A snapshot that may have been on a disk or in somebody's hands: checked, and without anything else that is in `data`.
 * Throws a `TypeError` that names the field. `circuit` is what the message calls the circuit.
 */
export function parseCircuitSnapshot(data: unknown, circuit: string): CircuitSnapshot {
  const bad: BadField = (field, wanted) => new TypeError(`Cannot restore ${circuit}: ${field} must be ${wanted}`);
  if (!isObject(data)) throw bad("snapshot", "an object");
  const { v, state, openUntil, openings, openFor, window, takenAt }: Fields = data;
  if (v !== 1) throw bad("v", "1");
  if (!isState(state)) throw bad("state", '"closed", "open", "half-open", "isolated" or "disabled"');
  if (!isTime(openUntil)) throw bad("openUntil", time);
  if (!isWhole(openings)) throw bad("openings", "an integer >= 0");
  if (!isTime(openFor)) throw bad("openFor", time);
  if (!isTime(takenAt)) throw bad("takenAt", time);
  return { v, state, openUntil, openings, openFor, window: parseWindowSnapshot(window, bad), takenAt };
}

type Fields = { readonly [Name in keyof CircuitSnapshot]?: unknown };

const states: readonly CircuitState[] = ["closed", "open", "half-open", "isolated", "disabled"];
const time = `a number >= 0 and <= ${endOfTime}`;

function isState(data: unknown): data is CircuitState {
  return states.some((state) => state === data);
}

function isTime(data: unknown): data is number {
  return typeof data === "number" && data >= 0 && data <= endOfTime;
}
