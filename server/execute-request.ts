import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { Workflow } from "../lib/workflow.ts";
import { compileDocument } from "../dsl/compile.ts";
import type { AgentCatalog } from "../dsl/agent-catalog.ts";
import { isCorrelationId } from "./correlation-id.ts";
import { countOf, HttpProblem } from "./problem.ts";
import { RequestErrors } from "./request-errors.ts";
import type { ApiRequest } from "./route.ts";

/** What `POST /workflows/execute` asks for. */
export interface ExecuteRequest {
  readonly workflow: Workflow;
  readonly input: JsonValue | undefined;
  readonly correlationId: string | undefined;
}

const subject = "Cannot start an execution";

/**
 * Reads and compiles the body of `POST /workflows/execute`.
 *
 * @throws {HttpProblem} 422 with everything that is wrong with the body, or else with the workflow in it.
 */
export function parseExecuteRequest(
  { body, text }: Pick<ApiRequest, "body" | "text">,
  agents: AgentCatalog,
): ExecuteRequest {
  const errors = new RequestErrors();
  errors.allowOnly(body, ["workflow", "input", "correlationId", "variables"]);
  const { workflow: document, input, correlationId, variables = {} } = body;
  if (!isJsonObject(document)) errors.add(["workflow"], "SCHEMA_TYPE", "It must be a workflow document");
  const isId = typeof correlationId === "string" && isCorrelationId(correlationId);
  if (correlationId !== undefined && !isId) {
    errors.add(["correlationId"], "SCHEMA_TYPE", "It must be text of 1 to 128 visible ASCII characters");
  }
  if (!isJsonObject(variables)) errors.add(["variables"], "SCHEMA_TYPE", "It must be an object");
  errors.throwIfAny(subject);
  const workflow = compileWorkflow(document ?? null, text, agents);
  return {
    workflow: withVariables(workflow, isJsonObject(variables) ? variables : {}),
    input,
    correlationId: isId ? correlationId : undefined,
  };
}

function compileWorkflow(document: JsonValue, text: string, agents: AgentCatalog): Workflow {
  const { workflow, diagnostics } = compileDocument(document, { agents, text, at: ["workflow"] });
  if (workflow !== undefined) return workflow;
  const errors = diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ pointer, code, message, fix, range }) => ({ pointer, code, message, fix, range }));
  throw new HttpProblem("VALIDATION", `${subject}: the workflow has ${countOf(errors)}`, { errors });
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
