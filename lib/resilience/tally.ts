import type { WindowSnapshot } from "./window-snapshot.ts";

/**
 * The calls that are in a circuit's window. Counting one takes the same time however many there are, and allocates
 * nothing.
 */
export interface Tally {
  /** Counts a call that was admitted at `admittedAt`. Returns whether the circuit has to open. */
  succeed(admittedAt: number): boolean;
  fail(admittedAt: number): boolean;
  clear(): void;
  snapshot(): WindowSnapshot;
  /** Goes on from a snapshot taken `age` milliseconds ago. One that was taken of another kind of window says nothing. */
  restore(saved: WindowSnapshot, age: number): void;
}
