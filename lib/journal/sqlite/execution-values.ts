import type { JournalEntry } from "../../engine/events.ts";
import { type Checkpoint, checkpointOf } from "../checkpoint.ts";

/** Step ids cannot begin so. */
export const inputPlace = { step: "@input", item: -1, iteration: 0 } as const;
export const outputPlace = { step: "@output", item: -1, iteration: 0 } as const;

/** The value in an entry that is kept whole, and its place: that of a checkpoint, or the execution's own two. */
export function wholeValueOf(entry: JournalEntry): Checkpoint | undefined {
  const { event } = entry;
  if (event.type === "execution.created") return { ...inputPlace, value: event.input };
  if (event.type !== "execution.completed") return checkpointOf(entry);
  return event.output === undefined ? undefined : { ...outputPlace, value: event.output };
}
