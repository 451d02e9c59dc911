import { isArray, isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../lib/json.ts";
import type { Expression, Template } from "../lib/workflow.ts";
import { type AgentCall, readAgentCall } from "./agent-call.ts";
import { parseExpression } from "./expression.ts";
import { type Path, quoted, type Report } from "./problem.ts";
import type { StepPart } from "./step-parts.ts";
import { type OpenedChild, openChild } from "./open-child.ts";
import {
  type DocumentExpression,
  type DocumentReference,
  documentProblem,
  parseTemplate,
  type TemplateSink,
} from "./template.ts";
import type { WorkflowFiles } from "./workflow-files.ts";

/**
 * A step as far as it can be understood. It is read from the raw document and not from a checked one, so that a wrong
 * type in one place hides no wrong reference in another.
 */
export interface StepSource {
  readonly path: Path;
  /** As it stands in the document. */
  readonly json: JsonValue;
  readonly id: string | undefined;
  /** What the step calls. It names no agent in a step that runs a workflow or waits. */
  readonly call: AgentCall;
  readonly compensation: AgentCall | undefined;
  /** Whether it waits for a time, whatever the time is. */
  readonly isTimed: boolean;
  /** The time of a wait that lasts `until` it. */
  readonly time: Template | undefined;
  readonly condition: Expression | undefined;
  /** Also true where the condition is broken. */
  readonly hasCondition: boolean;
  readonly idempotencyKey: Template | undefined;
  readonly items: Expression | undefined;
  /** Also true where its items are broken. */
  readonly hasForEach: boolean;
  readonly until: Expression | undefined;
  /** What the file that it runs came to; undefined for a step that names no file, and for a file that is refused. */
  readonly child: OpenedChild | undefined;
  /** What its output must fit, whatever its agent says. */
  readonly outputSchema: JsonSchema | undefined;
  /** What splits the circuit of the agent. */
  readonly target: Template | undefined;
  readonly dependencies: readonly DeclaredDependency[];
  readonly onError: JsonValue | undefined;
  readonly fallbackStepId: string | undefined;
  readonly references: readonly DocumentReference[];
  readonly expressions: readonly DocumentExpression[];
}

export interface DeclaredDependency {
  readonly id: string;
  readonly path: Path;
}

/** Reads one step and reports what is wrong with its expressions, and with the file that it names. */
export function readStep(value: JsonValue, path: Path, report: Report, files: WorkflowFiles | undefined): StepSource {
  const step = objectOrEmpty(value);
  const references: DocumentReference[] = [];
  const expressions: DocumentExpression[] = [];
  const sink = { report, references, expressions };
  const policies = objectOrEmpty(step["policies"]);
  const { idempotencyKey } = policies;
  const target = objectOrEmpty(policies["circuitBreaker"])["target"];
  const { condition, forEach, compensate } = step;
  const wait = objectOrEmpty(step["wait"]);
  const { until: time } = wait;
  const { schema } = objectOrEmpty(step["output"]);
  return {
    path,
    idempotencyKey:
      idempotencyKey === undefined
        ? undefined
        : parseTemplate(idempotencyKey, [...path, "policies", "idempotencyKey"], sink),
    json: value,
    id: stringOrNone(step["id"]),
    call: readAgentCall(step, path, sink),
    compensation: isJsonObject(compensate) ? readAgentCall(compensate, [...path, "compensate"], sink) : undefined,
    isTimed: wait["for"] !== undefined || time !== undefined,
    time: time === undefined ? undefined : parseTemplate(time, [...path, "wait", "until"], sink),
    condition: readBare(condition, [...path, "condition"], sink),
    hasCondition: condition !== undefined,
    items: readBare(objectOrEmpty(forEach)["items"], [...path, "forEach", "items"], sink),
    hasForEach: forEach !== undefined,
    target:
      target === undefined ? undefined : parseTemplate(target, [...path, "policies", "circuitBreaker", "target"], sink),
    until: readBare(objectOrEmpty(step["repeat"])["until"], [...path, "repeat", "until"], sink),
    child: openChild(step, path, report, files),
    outputSchema: typeof schema === "boolean" || isJsonObject(schema) ? schema : undefined,
    dependencies: readDependencies(step["dependencies"], [...path, "dependencies"]),
    onError: step["onError"],
    fallbackStepId: stringOrNone(step["fallbackStepId"]),
    references,
    expressions,
  };
}

/** Which part of the step a reference of it stands in. */
export function partOf(step: StepSource, { path }: DocumentReference): StepPart {
  switch (path[step.path.length]) {
    case "condition":
      return "condition";
    case "forEach":
      return "items";
    case "repeat":
      return "until";
    case "compensate":
      return "compensate";
    case "wait":
      return "time";
    case "policies":
      return path[step.path.length + 1] === "idempotencyKey" ? "key" : "target";
    case "agent":
      return "config";
    default:
      return "input";
  }
}

/** An expression that stands alone, without `${` and `}`. */
function readBare(text: JsonValue | undefined, path: Path, sink: TemplateSink): Expression | undefined {
  if (typeof text !== "string") return undefined;
  if (text.startsWith("${")) {
    const message = `${quoted(String(path.at(-1)))} is a bare expression`;
    sink.report({ code: "EXPRESSION_SYNTAX", message, fix: 'write it without "${" and "}"', place: { path } });
    return undefined;
  }
  const { expression, references, parts, problems } = parseExpression(text);
  sink.expressions.push({ path, parts });
  for (const reference of references) sink.references.push({ ...reference, path });
  for (const problem of problems) sink.report(documentProblem(problem, path));
  return expression;
}

function readDependencies(value: JsonValue | undefined, path: Path): readonly DeclaredDependency[] {
  if (typeof value !== "object" || value === null || !isArray(value)) return [];
  return value.flatMap((id, index) => (typeof id === "string" ? [{ id, path: [...path, index] }] : []));
}

function stringOrNone(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The object itself, or an empty one in place of anything else. */
export function objectOrEmpty(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
