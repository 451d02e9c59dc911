import type { Engine, RerunOptions } from "../../lib/engine/engine.ts";
import type { ExecutionView } from "../../lib/engine/view.ts";
import { accepted } from "../accepted.ts";
import { requireView } from "../execution-id.ts";
import { RequestErrors } from "../request-errors.ts";
import type { ApiRequest, Handler } from "../route.ts";

/** Starts a new execution of an earlier one's workflow and input, from a step on or of all that did not complete. */
export function rerunExecution(engine: Engine): Handler {
  return async (request) => {
    const view = await requireView(engine, request);
    const { correlationId } = request;
    const options: RerunOptions = { correlationId, ...parseFrom(request, view) };
    return accepted(await engine.rerun(view.executionId, options));
  };
}

function parseFrom({ body }: Pick<ApiRequest, "body">, { steps }: ExecutionView): Pick<RerunOptions, "from"> {
  const errors = new RequestErrors();
  errors.allowOnly(body, ["from"]);
  const { from } = body;
  const isStep = typeof from === "string" && Object.hasOwn(steps, from);
  if (from !== undefined && typeof from !== "string")
    errors.add(["from"], "SCHEMA_TYPE", "It must be the id of a step");
  else if (from !== undefined && !isStep) errors.add(["from"], "STEP_UNKNOWN", "The workflow has no such step");
  errors.throwIfAny("Cannot rerun the execution");
  return isStep ? { from } : {};
}
