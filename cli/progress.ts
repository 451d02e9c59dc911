import type { Execution } from "../lib/engine/execution.ts";

/** An execution that can be looked at, wherever it runs. */
export type Watched = Pick<Execution, "id" | "view">;

/** Shows how far a run is. Begin it before the run, so that it misses nothing. */
export interface Progress {
  /** The run has begun. */
  watch(execution: Watched): void;
  /** Says something without breaking what is on the screen. */
  note(text: string): void;
  /** Shows how it ended. Nothing is drawn after this. */
  finish(): Promise<void>;
}
