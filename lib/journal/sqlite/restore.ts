import type { JournalEntry } from "../../engine/events.ts";
import type { JsonValue } from "../../json.ts";
import type { CheckpointKey } from "../checkpoint.ts";
import { mapValues } from "../display.ts";
import { wholeValueOf } from "./execution-values.ts";

/** Finds the whole value of a place, which may be what entry `sequence` shows of it. */
export type ValueAt = (place: CheckpointKey, sequence: number, shown: JsonValue | undefined) => JsonValue;

/**
 * Puts whole values back into entries that were cut for showing. Inputs of steps stay as they are shown: nobody goes on
 * from them.
 */
export function restore(shown: readonly JournalEntry[], valueAt: ValueAt): JournalEntry[] {
  /** What steps came to, for those that a fallback recovered. */
  const outputs = new Map<string, JsonValue>();
  return shown.map((entry) => {
    const { event, sequence } = entry;
    if (event.type === "step.recovered") {
      const { fallbackStepId: step } = event;
      const output = outputs.get(step) ?? valueAt({ step, item: -1, iteration: 0 }, sequence, outputs.get(step));
      outputs.set(event.stepId, output);
      return { ...entry, event: { ...event, output } };
    }
    const place = wholeValueOf(entry);
    if (place === undefined) return entry;
    const value = valueAt(place, sequence, place.value);
    if (event.type === "step.completed") outputs.set(event.stepId, value);
    return { ...entry, event: mapValues(event, () => value) };
  });
}
