import type { Journal, RecordedStatus } from "../../lib/journal/journal.ts";
import { listedExecution } from "../execution-summary.ts";
import { HttpProblem } from "../problem.ts";
import { readInteger } from "../read-query.ts";
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

/** Executions of all processes that share the journal, the newest first; children are left out. */
export function listExecutions(journal: Journal): Handler {
  return async ({ query }) => {
    const limit = readInteger(query, "limit", action, { minimum: 1, maximum: 200, otherwise: 50 });
    const status = readStatuses(query.getAll("status"));
    const workflowId = readOne(query.getAll("workflowId"));
    const executions = await journal.list({
      limit,
      ...(status.length > 0 && { status }),
      ...(workflowId !== undefined && { workflowId }),
    });
    return { status: 200, body: { executions: executions.map(listedExecution) } };
  };
}

/** `status=failed&status=cancelled` or `status=failed,cancelled`. */
function readStatuses(values: readonly string[]): readonly RecordedStatus[] {
  return values
    .flatMap((value) => value.split(","))
    .map((word) => {
      if (isStatus(word)) return word;
      throw new HttpProblem("BAD_REQUEST", `${action}: status must be one of ${Object.keys(statuses).join(", ")}`);
    });
}

function isStatus(word: string): word is RecordedStatus {
  return Object.hasOwn(statuses, word);
}

function readOne([value, ...others]: readonly string[]): string | undefined {
  if (value === undefined || (others.length === 0 && /^[\x21-\x7e]{1,128}$/.test(value))) return value;
  throw new HttpProblem("BAD_REQUEST", `${action}: workflowId must be the id of one workflow`);
}
