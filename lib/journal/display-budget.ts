import type { ExecutionEvent, JournalEntry } from "../engine/events.ts";
import { isArray, type JsonValue } from "../json.ts";
import { displayEntry, mapValues, maxFieldBytes, truncationMark } from "./display.ts";

/** How much of the values of an execution a journal shows. What happened is always shown; only values are capped. */
export interface DisplayLimits {
  /** UTF-8 bytes of values shown of one execution, default 10 MB. Later values are shown as `[truncated]`. */
  readonly maxBytes?: number;
  /** UTF-8 bytes of one value, default 8 KB. A longer one is cut and ends in `[truncated]`. */
  readonly maxFieldBytes?: number;
}

/** What is shown of executions, with the limits filled in. */
export class DisplayBudget {
  readonly #maxBytes: number;
  readonly #maxFieldBytes: number;

  constructor(limits: DisplayLimits = {}) {
    this.#maxBytes = limits.maxBytes ?? 10 * 1_024 * 1_024;
    this.#maxFieldBytes = limits.maxFieldBytes ?? maxFieldBytes;
  }

  /** The entry as it is shown. Counts its values in `spent`, which belongs to its execution. */
  take(entry: JournalEntry, spent: { shownBytes: number }): JournalEntry {
    const value = valueIn(entry.event);
    if (value === undefined) return entry;
    const size = jsonSize(value, this.#maxFieldBytes);
    // A unit of text takes up to six bytes, as `\u001f` does.
    const shown = size * 6 <= this.#maxFieldBytes ? entry : displayEntry(entry, this.#maxFieldBytes);
    const bytes = shown === entry ? size : jsonSize(valueIn(shown.event) ?? null, Infinity);
    if (spent.shownBytes + bytes > this.#maxBytes) {
      return { ...entry, event: mapValues(entry.event, () => truncationMark) };
    }
    spent.shownBytes += bytes;
    return shown;
  }
}

/** The value that an event carries. Most have none. */
function valueIn(event: ExecutionEvent): JsonValue | undefined {
  switch (event.type) {
    case "execution.created":
    case "step.started":
    case "item.started":
    case "compensation.started":
      return event.input;
    case "step.completed":
    case "step.recovered":
    case "item.completed":
    case "iteration.completed":
    case "compensation.completed":
    case "execution.completed":
      return event.output;
    case "signal.received":
      return event.payload;
    default:
      return undefined;
  }
}

/**
 * The size of a value's JSON text, escapes left out: exact enough for a cap, and without building the text. Stops counting
 * above `limit`.
 */
function jsonSize(value: JsonValue, limit: number): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 5;
  let size = 2;
  if (isArray(value)) {
    for (const item of value) {
      if (size > limit) return size;
      size += 1 + jsonSize(item, limit - size);
    }
    return size;
  }
  for (const key in value) {
    if (size > limit) return size;
    size += key.length + 4 + jsonSize(value[key] ?? null, limit - size);
  }
  return size;
}
