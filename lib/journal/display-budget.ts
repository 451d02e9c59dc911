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
    if (!hasValue(entry.event)) return entry;
    const shown = displayEntry(entry, this.#maxFieldBytes);
    const bytes = valueBytes(shown.event);
    if (spent.shownBytes + bytes > this.#maxBytes) {
      return { ...entry, event: mapValues(entry.event, () => truncationMark) };
    }
    spent.shownBytes += bytes;
    return shown;
  }
}

/** Most events have none. */
function hasValue(event: ExecutionEvent): boolean {
  return "output" in event || "input" in event || "payload" in event;
}

/** What the values in an event weigh. */
function valueBytes(event: ExecutionEvent): number {
  if ("input" in event) return jsonBytes(event.input);
  if ("payload" in event) return jsonBytes(event.payload);
  return "output" in event && event.output !== undefined ? jsonBytes(event.output) : 0;
}

/** The size of a value's JSON text, escapes left out: exact enough for a cap, and without building the text. */
function jsonBytes(value: JsonValue): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 5;
  let bytes = 2;
  if (isArray(value)) for (const item of value) bytes += 1 + jsonBytes(item);
  else for (const key of Object.keys(value)) bytes += key.length + 4 + jsonBytes(value[key] ?? null);
  return bytes;
}
