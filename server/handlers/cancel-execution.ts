import type { Engine } from "../../lib/engine/engine.ts";
import type { JsonObject } from "../../lib/json.ts";
import { requireExecutionId, requireView } from "../execution-id.ts";
import { RequestErrors } from "../request-errors.ts";
import type { Handler } from "../route.ts";

const maxReasonLength = 500;

/**
 * Asks an execution to stop, whichever process runs it: 202 once the request is recorded, 200 with its status when it has
 * ended before.
 */
export function cancelExecution(engine: Engine): Handler {
  return async (request) => {
    const executionId = requireExecutionId(request);
    if (await engine.cancel(executionId, parseReason(request.body))) {
      return { status: 202, body: { executionId, status: "cancelling" } };
    }
    const { status } = await requireView(engine, request);
    return { status: 200, body: { executionId, status } };
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
