import type { Execution } from "../lib/engine/execution.ts";

/** Shows how far a run is. Begin it before the run, so that it misses nothing. */
export interface Progress {
  /** The run has begun. */
  watch(execution: Execution): void;
  /** Says something without breaking what is on the screen. */
  note(text: string): void;
  /** Shows how it ended. Nothing is drawn after this. */
  finish(): Promise<void>;
}
