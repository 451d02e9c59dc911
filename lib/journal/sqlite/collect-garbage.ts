import type { Driver } from "./driver.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { GcOptions, GcReport, Sweep } from "./sweep.ts";
import { rollBack } from "./transaction.ts";

/** So many executions go in one commit, between which others get their turn. */
const perCommit = 100;

interface Place {
  readonly database: Driver;
  readonly commits: GroupCommit;
  readonly sweep: Sweep;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Removes finished executions and what they alone needed, and gives the space back. */
export async function collectGarbage(options: GcOptions, place: Place): Promise<GcReport> {
  const { commits, sweep, now } = place;
  if (options.dryRun === true) return rehearse(options, place);
  const ids = candidates(options, place);
  let executions = 0;
  for (let start = 0; start < ids.length; start += perCommit) {
    executions += await commits.run(() => sweep.removeExecutions(ids.slice(start, start + perCommit)));
  }
  const leftovers = await commits.run(() => sweep.removeLeftovers(now));
  const bytes = sweep.bytesFree();
  sweep.giveBack();
  return { executions, ...leftovers, bytes };
}

/** Does it all, looks at it, and takes it back. */
function rehearse(options: GcOptions, place: Place): GcReport {
  const { database, commits, sweep, now } = place;
  commits.flush();
  database.exec("BEGIN IMMEDIATE");
  try {
    const executions = sweep.removeExecutions(candidates(options, place));
    const leftovers = sweep.removeLeftovers(now);
    return { executions, ...leftovers, bytes: sweep.bytesFree() };
  } finally {
    rollBack(database);
  }
}

function candidates({ olderThanMs, keep }: GcOptions, { sweep, now }: Place): readonly string[] {
  if (olderThanMs === undefined && keep === undefined) return [];
  return sweep.candidates(keep ?? 0, now - (olderThanMs ?? 0));
}
