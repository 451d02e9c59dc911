import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { Workflow } from "../lib/workflow.ts";
import { isCorrelationId } from "./correlation-id.ts";
import { RequestErrors } from "./request-errors.ts";
import type { ApiRequest } from "./route.ts";
import { type KnownWorkflows, readSource, workflowOf } from "./workflow-source.ts";

const keys = ["workflow", "workflowId", "source", "input", "correlationId", "variables"];
const sources = ["workflow", "workflowId", "source"] as const;

/** What `POST /workflows/execute` asks for. */
export interface ExecuteRequest {
  readonly workflow: Workflow;
  readonly input: JsonValue | undefined;
  readonly correlationId: string | undefined;
}

const subject = "Cannot start an execution";

/**
 * Reads the body of `POST /workflows/execute` and compiles or finds its workflow.
 *
 * @throws {HttpProblem} 422 with everything that is wrong with the body, or else with the workflow in it.
 */
export function parseExecuteRequest(request: Pick<ApiRequest, "body" | "text">, known: KnownWorkflows): ExecuteRequest {
  const { body } = request;
  const errors = new RequestErrors();
  errors.allowOnly(body, keys);
  const { input, correlationId, variables } = body;
  const source = readSource(request, sources, errors);
  const isId = typeof correlationId === "string" && isCorrelationId(correlationId);
  if (correlationId !== undefined && !isId) {
    errors.add(["correlationId"], "SCHEMA_TYPE", "It must be text of 1 to 128 visible ASCII characters");
  }
  if (variables !== undefined && !isJsonObject(variables))
    errors.add(["variables"], "SCHEMA_TYPE", "It must be an object");
  errors.throwIfAny(subject);
  if (source === undefined) throw new Error("Cannot find the workflow of a body: no error says why");
  const workflow = workflowOf(source, known, subject);
  return {
    workflow: isJsonObject(variables) ? withVariables(workflow, variables) : workflow,
    input,
    correlationId: isId ? correlationId : undefined,
  };
}

/** The workflow with other values for some of its variables. Its steps can only read what it declares. */
function withVariables(workflow: Workflow, variables: JsonObject): Workflow {
  const errors = new RequestErrors();
  const names = Object.keys(variables);
  for (const name of names) {
    if (Object.hasOwn(workflow.variables, name)) continue;
    errors.add(["variables", name], "REFERENCE_UNKNOWN", "The workflow declares no such variable");
  }
  errors.throwIfAny(subject);
  return names.length === 0 ? workflow : { ...workflow, variables: { ...workflow.variables, ...variables } };
}
