import type { JournalEntry } from "../../lib/engine/events.ts";
import { exportJournal } from "../../lib/journal/export-journal.ts";
import type { Journal } from "../../lib/journal/journal.ts";
import { executionNotFound, requireExecutionId } from "../execution-id.ts";
import { readInteger } from "../read-query.ts";
import type { Handler } from "../route.ts";

const maxLimit = 1_000;
const action = "Cannot read the journal";

/**
 * A page of an execution's journal: the entries after sequence `cursor`. `nextCursor` is there when more are written
 * already; while the execution runs, the last sequence of any page is a cursor too.
 */
export function getJournal(journal: Journal): Handler {
  return async (request) => {
    const executionId = requireExecutionId(request);
    const cursor = readInteger(request.query, "cursor", action, {
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      otherwise: 0,
    });
    const limit = readInteger(request.query, "limit", action, { minimum: 1, maximum: maxLimit, otherwise: maxLimit });
    const [first] = await journal.read(executionId, { limit: 1 });
    if (first?.event.type !== "execution.created") throw executionNotFound();
    const { createdAt } = first.event;
    const entries = await journal.read(executionId, { after: cursor, limit: limit + 1 });
    const page = entries.slice(0, limit);
    const elapsedMs = await elapsedBefore(journal, executionId, cursor);
    const nextCursor = entries.length > limit ? page.at(-1)?.sequence : undefined;
    const exported = exportJournal(executionId, page, { createdAt, elapsedMs });
    return { status: 200, body: { ...exported, ...(nextCursor !== undefined && { nextCursor }) } };
  };
}

/** The time of the entry that the page follows, from which the deltas of the page go on. */
async function elapsedBefore(journal: Journal, executionId: string, cursor: number): Promise<number> {
  if (cursor === 0) return 0;
  const [last]: readonly JournalEntry[] = await journal.read(executionId, { after: cursor - 1, limit: 1 });
  return last?.elapsedMs ?? 0;
}
