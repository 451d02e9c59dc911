import type { Paint } from "../paint.ts";

/** How things are to be drawn. */
export interface Look {
  readonly paint: Paint;
  readonly hasUnicode: boolean;
  readonly width: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}
