import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { Workflow } from "../lib/workflow.ts";
import type { AgentCatalog } from "../dsl/agent-catalog.ts";
import { compile, compileDocument, type Compilation } from "../dsl/compile.ts";
import type { Diagnostic } from "../dsl/diagnostics.ts";
import type { CompiledWorkflows } from "./compiled-workflows.ts";
import { countOf, HttpProblem, type ProblemDetail } from "./problem.ts";
import type { RequestErrors } from "./request-errors.ts";
import type { ApiRequest } from "./route.ts";

/** How a body says which workflow it means. */
export type WorkflowSource =
  /** The document itself, as `workflow`. */
  | { readonly kind: "document"; readonly document: JsonValue; readonly body: string }
  /** The text of an `.o8.json` file, as `source`. */
  | { readonly kind: "text"; readonly text: string }
  /** The id of a registered one, as `workflowId`. */
  | { readonly kind: "id"; readonly id: string };

export type WorkflowKey = "workflow" | "workflowId" | "source";

/** The source that a body has under one of `keys`; undefined once that is reported as wrong. */
export function readSource(
  { body, text }: Pick<ApiRequest, "body" | "text">,
  keys: readonly WorkflowKey[],
  errors: RequestErrors,
): WorkflowSource | undefined {
  const given = keys.filter((key) => Object.hasOwn(body, key));
  for (const key of given.slice(1)) errors.add([key], "SCHEMA_CONFLICTING_KEY", `It must not stand beside ${given[0]}`);
  if (given[0] === "source") return readText(body, errors);
  if (given[0] === "workflowId") return readId(body, errors);
  return readDocument(body, text, errors);
}

function readDocument({ workflow }: JsonObject, body: string, errors: RequestErrors): WorkflowSource | undefined {
  if (isJsonObject(workflow)) return { kind: "document", document: workflow, body };
  errors.add(["workflow"], "SCHEMA_TYPE", "It must be a workflow document");
  return undefined;
}

function readText({ source }: JsonObject, errors: RequestErrors): WorkflowSource | undefined {
  if (typeof source === "string") return { kind: "text", text: source };
  errors.add(["source"], "SCHEMA_TYPE", "It must be the text of a workflow file");
  return undefined;
}

function readId({ workflowId }: JsonObject, errors: RequestErrors): WorkflowSource | undefined {
  if (typeof workflowId === "string") return { kind: "id", id: workflowId };
  errors.add(["workflowId"], "SCHEMA_TYPE", "It must be the id of a registered workflow");
  return undefined;
}

/** Where workflows, and what they call, are found. */
export interface KnownWorkflows {
  readonly registered: ReadonlyMap<string, Workflow>;
  readonly compiled: CompiledWorkflows;
  readonly agents: AgentCatalog;
}

/** Checks and compiles what is not registered. */
export function compileSource(source: Exclude<WorkflowSource, { kind: "id" }>, agents: AgentCatalog): Compilation {
  return source.kind === "text"
    ? compile(source.text, { agents })
    : compileDocument(source.document, { agents, text: source.body, at: ["workflow"] });
}

/**
 * The workflow that a source stands for. `subject` starts the message of a refusal.
 *
 * @throws {HttpProblem} 422 with everything that is wrong with it.
 */
export function workflowOf(source: WorkflowSource, known: KnownWorkflows, subject: string): Workflow {
  if (source.kind === "id") return registeredWorkflow(source.id, known.registered, subject);
  const text = source.kind === "text" ? source.text : JSON.stringify(source.document);
  return known.compiled.get(text, () => compileOrRefuse(source, known.agents, subject));
}

function compileOrRefuse(
  source: Exclude<WorkflowSource, { kind: "id" }>,
  agents: AgentCatalog,
  subject: string,
): Workflow {
  const { workflow, diagnostics } = compileSource(source, agents);
  if (workflow !== undefined) return workflow;
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(problemDetailOf);
  throw new HttpProblem("VALIDATION", `${subject}: the workflow has ${countOf(errors)}`, { errors });
}

function registeredWorkflow(id: string, registered: ReadonlyMap<string, Workflow>, subject: string): Workflow {
  const workflow = registered.get(id);
  if (workflow !== undefined) return workflow;
  const message = "No workflow is registered under this id; GET /workflows lists those that are";
  const errors = [{ pointer: "/workflowId", code: "REFERENCE_UNKNOWN" as const, message }];
  throw new HttpProblem("VALIDATION", `${subject}: the body has ${countOf(errors)}`, { errors });
}

function problemDetailOf({ pointer, code, message, fix, range }: Diagnostic): ProblemDetail {
  return { pointer, code, message, fix, range };
}
