import { type Clock, sleep } from "../../lib/clock.ts";
import type { JournalEntry } from "../../lib/engine/events.ts";
import type { Journal } from "../../lib/journal/journal.ts";
import { isLastEvent } from "../../server/event-types.ts";

/** Entries that are read at once. */
const pageSize = 500;
/** How often the journal is asked: nobody tells a reader what another process records. */
const pollMs = 200;

export interface FollowOptions {
  readonly clock: Clock;
  /** Whether to wait for more when all that is recorded was given. */
  readonly follow: boolean;
  /** Ends it, without an error. */
  readonly signal: AbortSignal;
}

/** The entries of an execution in pages, from the first; an empty page whenever there is nothing new. */
export async function* followEntries(
  journal: Pick<Journal, "read">,
  executionId: string,
  { clock, follow, signal }: FollowOptions,
): AsyncGenerator<readonly JournalEntry[], void> {
  let after = 0;
  while (!signal.aborted) {
    const entries = await journal.read(executionId, { after, limit: pageSize });
    yield entries;
    const last = entries.at(-1);
    if (last !== undefined && isLastEvent(last.event.type)) return;
    after = last?.sequence ?? after;
    if (entries.length === pageSize) continue;
    if (!follow) return;
    // An abort ends the wait, and with it the loop.
    await sleep(clock, pollMs, signal).catch(() => undefined);
  }
}
