import { nearest } from "../../dsl/nearest.ts";
import type { ExecutionSummary, Journal, RecordedStatus } from "../../lib/journal/journal.ts";
import { recordedStatuses } from "../../lib/journal/recorded-status.ts";
import { CliError, usageError } from "../cli-error.ts";

const maxCandidates = 5;

/**
 * The execution that a command line means: an id, the beginning or the end of one, `latest`, or `latest:<status>`. Ids begin
 * with the time, so those of one minute are told apart by their ends.
 *
 * @throws {CliError} with candidates, when there is none or more than one.
 */
export async function findExecution(journal: Journal, address: string): Promise<ExecutionSummary> {
  const [word, status, ...rest] = address.split(":");
  if (word === "latest" && rest.length === 0) return await findLatest(journal, status);
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(address)) {
    throw usageError(
      `Cannot understand "${address}": it must be an id, the beginning or the end of one, "latest" or "latest:<status>"`,
      'see "orchestr8 list"',
    );
  }
  const found = await withIdLike(journal, address);
  const [first] = found;
  const exact = found.find(({ executionId }) => executionId === address);
  if (exact !== undefined) return exact;
  if (first === undefined) throw await notFound(journal, address);
  if (found.length === 1) return first;
  throw usageError(`Cannot tell which execution "${address}" is: ${candidates(found)}`, "write more of the id");
}

/** Those that begin so, else those that end so. */
async function withIdLike(journal: Journal, part: string): Promise<readonly ExecutionSummary[]> {
  const begin = await journal.list({ idPrefix: part, children: true, limit: maxCandidates + 1 });
  if (begin.length > 0) return begin;
  const all = await journal.list({ children: true, limit: Number.MAX_SAFE_INTEGER });
  return all.filter(({ executionId }) => executionId.endsWith(part)).slice(0, maxCandidates + 1);
}

async function findLatest(journal: Journal, status: string | undefined): Promise<ExecutionSummary> {
  if (status !== undefined) assertStatus(status);
  const [latest] = await journal.list({ ...(status !== undefined && { status: [status] }), limit: 1 });
  if (latest !== undefined) return latest;
  const kind = status === undefined ? "" : ` that is ${status}`;
  throw new CliError("EXECUTION_NOT_FOUND", `Cannot find an execution${kind}: the journal has none`);
}

/** @throws {CliError} that suggests the nearest status. */
export function assertStatus(status: string): asserts status is RecordedStatus {
  if (recordedStatuses.some((known) => known === status)) return;
  const near = nearest(status, recordedStatuses);
  const list = recordedStatuses.map((known) => `"${known}"`).join(", ");
  throw usageError(`Cannot understand "${status}": a status is one of ${list}`, near && `write "${near}"`);
}

async function notFound(journal: Journal, address: string): Promise<CliError> {
  const latest = await journal.list({ limit: maxCandidates });
  const known = latest.length === 0 ? "the journal has none" : `the latest are ${candidates(latest)}`;
  const near = nearest(address, ["latest", ...latest.map(({ executionId }) => executionId)]);
  return new CliError("EXECUTION_NOT_FOUND", `Cannot find execution "${address}": ${known}`, {
    fix: near === undefined ? 'see "orchestr8 list --all"' : `write "${near}"`,
  });
}

function candidates(summaries: readonly ExecutionSummary[]): string {
  const ids = summaries.slice(0, maxCandidates).map(({ executionId }) => `"${executionId}"`);
  return summaries.length > maxCandidates ? `${ids.join(", ")} and more` : ids.join(", ");
}
