import type { EventType, JournalEntry } from "../lib/engine/events.ts";
import { exportJournal, type ExportedEntry } from "../lib/journal/export-journal.ts";
import type { Journal } from "../lib/journal/journal.ts";
import { executionNotFound } from "./execution-id.ts";

/** Entries that are read at once, whatever is asked for, so that no journal has to fit into memory. */
const pageSize = 500;

export interface JournalSelection {
  readonly executionId: string;
  /** Entries of a higher sequence. */
  readonly after: number;
  /** Those of the entries that are wanted; all of them when it is empty. */
  readonly types: ReadonlySet<EventType>;
}

/** The same entries, as they are kept and as they are shown. */
export interface JournalPage {
  readonly entries: readonly JournalEntry[];
  readonly exported: readonly ExportedEntry[];
}

/**
 * The wanted entries of an execution, page by page, until the last that is written. A page may be empty.
 *
 * @throws {HttpProblem} 404 when there is no such execution, with the first page.
 */
export async function* readPages(journal: Journal, selection: JournalSelection): AsyncGenerator<JournalPage> {
  const { executionId, types } = selection;
  const [first] = await journal.read(executionId, { limit: 1 });
  if (first?.event.type !== "execution.created") throw executionNotFound();
  const { createdAt } = first.event;
  let { after } = selection;
  let elapsedMs = await elapsedAt(journal, executionId, after);
  for (;;) {
    const read = await journal.read(executionId, { after, limit: pageSize });
    const last = read.at(-1);
    if (last === undefined) return;
    const { entries: exported } = exportJournal(executionId, read, { createdAt, elapsedMs });
    const isWanted = (type: EventType): boolean => types.size === 0 || types.has(type);
    yield {
      entries: read.filter(({ event }) => isWanted(event.type)),
      exported: exported.filter(({ type }) => isWanted(type)),
    };
    if (read.length < pageSize) return;
    after = last.sequence;
    ({ elapsedMs } = last);
  }
}

async function elapsedAt(journal: Journal, executionId: string, sequence: number): Promise<number> {
  if (sequence === 0) return 0;
  const [entry] = await journal.read(executionId, { after: sequence - 1, limit: 1 });
  return entry?.elapsedMs ?? 0;
}
