import type { ExecutionEvent, JournalEntry } from "../engine/events.ts";
import { roundMs } from "../engine/round-ms.ts";

/** One line of an exported journal: the event with its place in time. */
export type ExportedEntry = {
  readonly sequence: number;
  /** ISO 8601, UTC: the start of the execution plus `elapsedMs`, so that a jump of the wall clock does not show. */
  readonly time: string;
  readonly elapsedMs: number;
  /** Since the entry before. */
  readonly deltaMs: number;
} & ExecutionEvent;

/** A journal as JSON, format version 1. */
export interface ExportedJournal {
  readonly version: 1;
  readonly executionId: string;
  readonly entries: readonly ExportedEntry[];
}

/** Entries in the form the API and `--journal` show. `from` says what came before when `entries` is a later page. */
export function exportJournal(
  executionId: string,
  entries: readonly JournalEntry[],
  from: { readonly createdAt: number; readonly elapsedMs: number } = { createdAt: createdAt(entries), elapsedMs: 0 },
): ExportedJournal {
  let previousMs = from.elapsedMs;
  const exported = entries.map(({ sequence, elapsedMs, event }): ExportedEntry => {
    const deltaMs = roundMs(elapsedMs - previousMs);
    previousMs = elapsedMs;
    return {
      sequence,
      time: new Date(from.createdAt + elapsedMs).toISOString(),
      elapsedMs: roundMs(elapsedMs),
      deltaMs,
      ...event,
    };
  });
  return { version: 1, executionId, entries: exported };
}

function createdAt(entries: readonly JournalEntry[]): number {
  const first = entries[0]?.event;
  return first?.type === "execution.created" ? first.createdAt : 0;
}
