import type { WatchedExecution } from "./watched/watched-execution.ts";

/** Shows how far a run is. Begin it before the run, so that it misses nothing. */
export interface Progress {
  /** The run has begun. */
  watch(execution: WatchedExecution): void;
  /** Says something without breaking what is on the screen. */
  note(text: string): void;
  /** Shows how it ended. Nothing is drawn after this. */
  finish(): Promise<void>;
}
