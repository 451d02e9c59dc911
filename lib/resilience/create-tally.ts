import type { Clock } from "../clock.ts";
import { ConsecutiveTally } from "./consecutive-tally.ts";
import { CountTally } from "./count-tally.ts";
import type { Tally } from "./tally.ts";
import { TimeTally } from "./time-tally.ts";
import type { Window } from "./window.ts";

/** An empty tally of a window. `clock` is what its calls were admitted by. */
export function createTally(window: Window, clock: Clock): Tally {
  switch (window.kind) {
    case "consecutive":
      return new ConsecutiveTally(window);
    case "count":
      return new CountTally(window);
    case "time":
      return new TimeTally(window, clock);
  }
}
