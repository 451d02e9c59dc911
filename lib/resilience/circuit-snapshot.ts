import type { CircuitState } from "./circuit-options.ts";
import type { WindowSnapshot } from "./window-snapshot.ts";

/** A circuit at one moment, as JSON. Times are milliseconds since the epoch, lengths milliseconds. */
export interface CircuitSnapshot {
  readonly v: 1;
  readonly state: CircuitState;
  /** When the last opening is over, or was: since when the circuit may be probed, or is closed. 0 before the first one. */
  readonly openUntil: number;
  /** How often it has opened in a row. */
  readonly openings: number;
  /** The length of the last opening. */
  readonly openFor: number;
  readonly window: WindowSnapshot;
  readonly takenAt: number;
}

/** The last moment that a `Date` can name. A time in a snapshot that says so never comes: JSON has no infinity. */
export const endOfTime = 8.64e15;
