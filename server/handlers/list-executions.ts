import { isIsoTime } from "../../lib/iso-time.ts";
import type { Journal, ListQuery, RecordedStatus } from "../../lib/journal/journal.ts";
import { listedExecution } from "../execution-summary.ts";
import { cursorOf, parseCursor } from "../list-cursor.ts";
import { readInteger, readList, readText } from "../read-query.ts";
import type { Handler } from "../route.ts";

const action = "Cannot list executions";

const statuses: Readonly<Record<RecordedStatus, true>> = {
  queued: true,
  running: true,
  waiting: true,
  cancelling: true,
  completed: true,
  failed: true,
  cancelled: true,
};

/**
 * Executions of all processes that share the journal, the newest first; children are left out. `nextCursor` is there when
 * there are more; what is started meanwhile moves no page.
 */
export function listExecutions(journal: Journal): Handler {
  return async ({ query }) => {
    const limit = readInteger(query, "limit", action, { minimum: 1, maximum: 200, otherwise: 50 });
    const found = await journal.list({ ...parseFilter(query), limit: limit + 1 });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const next = found.length > limit && last !== undefined ? { nextCursor: cursorOf(last) } : {};
    return { status: 200, body: { executions: page.map(listedExecution), ...next } };
  };
}

function parseFilter(query: URLSearchParams): ListQuery {
  const status = readStatuses(query, action);
  const workflowId = readText(query, "workflowId", action, "must be the id of one workflow", parseId);
  const text = readText(query, "q", action, "must be text of 1 to 200 characters", parseWords);
  const createdSince = readText(query, "since", action, "must be one ISO 8601 time with its offset", parseTime);
  const after = readText(query, "cursor", action, "must be the nextCursor of a page", parseCursor);
  return {
    ...(status.length > 0 && { status }),
    ...(workflowId !== undefined && { workflowId }),
    ...(text !== undefined && { text }),
    ...(createdSince !== undefined && { createdSince }),
    ...(after !== undefined && { after }),
  };
}

/** `status=failed&status=cancelled` or `status=failed,cancelled`. `subject` starts the message of a refusal. */
export function readStatuses(query: URLSearchParams, subject: string): readonly RecordedStatus[] {
  return readList(query, "status", subject, `must be one of ${Object.keys(statuses).join(", ")}`, (word) =>
    isStatus(word) ? word : undefined,
  );
}

function isStatus(word: string): word is RecordedStatus {
  return Object.hasOwn(statuses, word);
}

function parseId(value: string): string | undefined {
  return /^[\x21-\x7e]{1,128}$/.test(value) ? value : undefined;
}

function parseWords(value: string): string | undefined {
  return value.length >= 1 && value.length <= 200 ? value : undefined;
}

function parseTime(value: string): number | undefined {
  return isIsoTime(value) ? Date.parse(value) : undefined;
}
