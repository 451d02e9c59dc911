import type { ExecutionEvent, JournalEntry } from "../engine/events.ts";
import { isArray, type JsonValue } from "../json.ts";
import { displayEntry, mapValues, maxFieldBytes, truncationMark } from "./display.ts";
import type { Journal, JournalRange } from "./journal.ts";

export interface MemoryJournalOptions {
  /** UTF-8 bytes of values kept for one execution, default 10 MB. Later values are kept as `[truncated]`. */
  readonly maxBytes?: number;
  /** UTF-8 bytes of one value, default 8 KB. A longer one is cut and ends in `[truncated]`. */
  readonly maxFieldBytes?: number;
}

/** Keeps entries in this process. What happened is always kept; only values are capped. */
export class MemoryJournal implements Journal {
  readonly #maxBytes: number;
  readonly #maxFieldBytes: number;
  readonly #logs = new Map<string, { readonly entries: JournalEntry[]; bytes: number }>();

  constructor(options: MemoryJournalOptions = {}) {
    this.#maxBytes = options.maxBytes ?? 10 * 1_024 * 1_024;
    this.#maxFieldBytes = options.maxFieldBytes ?? maxFieldBytes;
  }

  append(entries: readonly JournalEntry[]): void {
    for (const entry of entries) {
      let log = this.#logs.get(entry.executionId);
      if (log === undefined) this.#logs.set(entry.executionId, (log = { entries: [], bytes: 0 }));
      log.entries.push(this.#cap(log, entry));
    }
  }

  read(executionId: string, { after = 0, limit = Infinity }: JournalRange = {}): Promise<readonly JournalEntry[]> {
    const entries = this.#logs.get(executionId)?.entries ?? [];
    // Sequences have no gaps and start at 1, so entry n stands at index n - 1.
    return Promise.resolve(entries.slice(after, after + limit));
  }

  forget(executionId: string): void {
    this.#logs.delete(executionId);
  }

  #cap(log: { bytes: number }, entry: JournalEntry): JournalEntry {
    const shown = displayEntry(entry, this.#maxFieldBytes);
    const bytes = valueBytes(shown.event);
    if (log.bytes + bytes > this.#maxBytes) return { ...entry, event: mapValues(entry.event, () => truncationMark) };
    log.bytes += bytes;
    return shown;
  }
}

/** What the values in an event weigh. */
function valueBytes(event: ExecutionEvent): number {
  if ("input" in event) return jsonBytes(event.input);
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
