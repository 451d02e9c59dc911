import type { JournalEntry } from "../engine/events.ts";

/**
 * The record of what happened, for people and programs that look. Values in it are redacted and capped, so it is never
 * what an engine resumes from.
 */
export interface Journal {
  /**
   * Records entries, in order. Returns nothing when they are kept as well as this journal keeps anything; a journal that
   * writes to a disk returns a promise, and nothing that follows from the entries is done before it resolves.
   */
  append(entries: readonly JournalEntry[]): void | Promise<void>;
  /** Entries with a sequence above `after` (default 0), oldest first, at most `limit`; empty for an unknown execution. */
  read(executionId: string, range?: JournalRange): Promise<readonly JournalEntry[]>;
  /** Drops an execution's entries. */
  forget(executionId: string): void | Promise<void>;
}

export interface JournalRange {
  readonly after?: number;
  readonly limit?: number;
}
