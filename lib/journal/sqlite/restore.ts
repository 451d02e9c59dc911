import type { JournalEntry } from "../../engine/events.ts";
import type { JsonValue } from "../../json.ts";
import type { CheckpointKey } from "../checkpoint.ts";
import { mapValues } from "../display.ts";
import { wholeValueOf } from "./execution-values.ts";

/**
 * Puts whole values back into entries that were cut for showing. Inputs of steps stay as they are shown: nobody goes on
 * from them.
 */
export function restore(
  shown: readonly JournalEntry[],
  valueAt: (place: CheckpointKey, sequence: number) => JsonValue,
): JournalEntry[] {
  /** What steps came to, for those that a fallback recovered. */
  const outputs = new Map<string, JsonValue>();
  return shown.map((entry) => {
    const { event, sequence } = entry;
    if (event.type === "step.recovered") {
      const output =
        outputs.get(event.fallbackStepId) ?? valueAt({ step: event.fallbackStepId, item: -1, iteration: 0 }, sequence);
      outputs.set(event.stepId, output);
      return { ...entry, event: { ...event, output } };
    }
    const place = wholeValueOf(entry);
    if (place === undefined) return entry;
    const value = valueAt(place, sequence);
    if (event.type === "step.completed") outputs.set(event.stepId, value);
    return { ...entry, event: mapValues(event, () => value) };
  });
}
