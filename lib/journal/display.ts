import type { ExecutionEvent, JournalEntry } from "../engine/events.ts";
import { isArray, type JsonValue } from "../json.ts";

/** What stands in for the part of a value that is not shown. */
export const truncationMark = "[truncated]";

/** UTF-8 bytes of one value's JSON text that are shown, R9. */
export const maxFieldBytes = 8_192;

/** An entry with every value in it cut to what is shown. The same object where nothing has to be cut. */
export function displayEntry(entry: JournalEntry, maxBytes = maxFieldBytes): JournalEntry {
  const event = mapValues(entry.event, (value) => displayValue(value, maxBytes));
  return event === entry.event ? entry : { ...entry, event };
}

/**
 * The value itself, or when its JSON text is longer than `maxBytes` the start of that text, cut between characters, with
 * {@link truncationMark} behind it.
 */
export function displayValue(value: JsonValue, maxBytes = maxFieldBytes): JsonValue {
  if (!mayExceed(value, maxBytes)) return value;
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  if (bytes.length <= maxBytes) return value;
  // A streaming decoder keeps back the bytes of a character that the cut went through.
  return new TextDecoder().decode(bytes.subarray(0, maxBytes), { stream: true }) + truncationMark;
}

/** The event with its payload values replaced by what `change` makes of them; the same event if that is the same. */
export function mapValues(event: ExecutionEvent, change: (value: JsonValue) => JsonValue): ExecutionEvent {
  switch (event.type) {
    case "execution.created":
    case "step.started":
    case "item.started":
    case "compensation.started": {
      const input = change(event.input);
      return input === event.input ? event : { ...event, input };
    }
    case "step.completed":
    case "step.recovered":
    case "item.completed":
    case "iteration.completed":
    case "compensation.completed": {
      const output = change(event.output);
      return output === event.output ? event : { ...event, output };
    }
    case "execution.completed": {
      if (event.output === undefined) return event;
      const output = change(event.output);
      return output === event.output ? event : { ...event, output };
    }
    case "signal.received": {
      const payload = change(event.payload);
      return payload === event.payload ? event : { ...event, payload };
    }
    default:
      return event;
  }
}

/** Whether the JSON text of `value` may take more than `limit` bytes: a cheap walk that stops when it is sure. */
function mayExceed(value: JsonValue, limit: number): boolean {
  return measure(value, limit) < 0;
}

/** What is left of `room` after the value, or a negative number. A UTF-16 unit takes up to 6 bytes, as `\u001f` does. */
function measure(value: JsonValue, room: number): number {
  if (typeof value === "string") return room - value.length * 6 - 2;
  if (typeof value !== "object" || value === null) return room - 25;
  let left = room - 2;
  if (isArray(value)) {
    for (const item of value) {
      if (left < 0) return left;
      left = measure(item, left - 1);
    }
    return left;
  }
  for (const key of Object.keys(value)) {
    if (left < 0) return left;
    left = measure(value[key] ?? null, left - key.length * 6 - 4);
  }
  return left;
}
