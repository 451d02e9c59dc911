import type { Engine } from "../../lib/engine/engine.ts";
import { isTerminal } from "../../lib/engine/state.ts";
import type { JsonObject } from "../../lib/json.ts";
import { requireExecution } from "../execution-id.ts";
import { RequestErrors } from "../request-errors.ts";
import type { Handler } from "../route.ts";

const maxReasonLength = 500;

/** Asks an execution to stop. 202 while it does, 200 when it has ended, by this or before. */
export function cancelExecution(engine: Engine): Handler {
  return (request) => {
    const execution = requireExecution(engine, request);
    const status = execution.cancel(parseReason(request.body));
    return { status: isTerminal(status) ? 200 : 202, body: { executionId: execution.id, status } };
  };
}

function parseReason(body: JsonObject): string | undefined {
  const errors = new RequestErrors();
  errors.allowOnly(body, ["reason"]);
  const { reason } = body;
  const isReason = typeof reason === "string" && reason !== "" && reason.length <= maxReasonLength;
  if (reason !== undefined && !isReason) {
    errors.add(["reason"], "SCHEMA_TYPE", `It must be text of 1 to ${maxReasonLength} characters`);
  }
  errors.throwIfAny("Cannot cancel the execution");
  return isReason ? reason : undefined;
}
