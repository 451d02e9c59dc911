import { isArray, isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../lib/json.ts";
import type { Expression, Template } from "../lib/workflow.ts";
import { type AgentCall, readAgentCall } from "./agent-call.ts";
import { parseExpression } from "./expression.ts";
import { type Path, quoted } from "./problem.ts";
import { type OpenedChild, openChild } from "./open-child.ts";
import { type DeclaredDependency, type Edge, stepEdges } from "./step-edges.ts";
import type { LocatedReference } from "./located-reference.ts";
import { type DocumentExpression, parseTemplate, takeOver, type TemplateSink } from "./template.ts";
import type { WorkflowFiles } from "./workflow-files.ts";

/**
 * A step as far as it can be understood. It is read from the raw document and not from a checked one, so that a wrong
 * type in one place hides no wrong reference in another.
 */
export interface StepSource {
  /** Of all steps of the document. */
  readonly index: number;
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
  readonly references: readonly LocatedReference[];
  readonly expressions: readonly DocumentExpression[];
  /** What makes it wait for other steps. */
  readonly edges: readonly Edge[];
}

/** Reads one step and reports what is wrong with its expressions, and with the file that it names. */
export function readStep(
  value: JsonValue,
  index: number,
  sink: TemplateSink,
  files: WorkflowFiles | undefined,
): StepSource {
  const path: Path = ["steps", index];
  const step = objectOrEmpty(value);
  const earlier = { references: sink.references.length, expressions: sink.expressions.length };
  sink.plain.beginScope();
  const { forEach, repeat, compensate } = step;
  const policies = objectOrEmpty(step["policies"]);
  const wait = objectOrEmpty(step["wait"]);
  const { schema } = objectOrEmpty(step["output"]);
  const id = stringOrNone(step["id"]);
  const dependencies = readDependencies(step["dependencies"], path);
  const call = readAgentCall(step, path, sink);
  const compensation = isJsonObject(compensate) ? readAgentCall(compensate, [...path, "compensate"], sink) : undefined;
  const time = readOptional(wait["until"], path, inWait, sink);
  const condition = readBare(step, "condition", path, sink);
  const items = isJsonObject(forEach) ? readBare(forEach, "items", [...path, "forEach"], sink) : undefined;
  const until = isJsonObject(repeat) ? readBare(repeat, "until", [...path, "repeat"], sink) : undefined;
  const idempotencyKey = readOptional(policies["idempotencyKey"], path, inPolicies, sink);
  const breaker = objectOrEmpty(policies["circuitBreaker"]);
  const target = readOptional(breaker["target"], path, inBreaker, sink);
  const references = sink.references.slice(earlier.references);
  return {
    index,
    path,
    idempotencyKey,
    json: value,
    id,
    call,
    compensation,
    isTimed: wait["for"] !== undefined || time !== undefined,
    time,
    condition,
    hasCondition: step["condition"] !== undefined,
    items,
    hasForEach: forEach !== undefined,
    until,
    target,
    child: openChild(step, path, sink.report, files),
    outputSchema: typeof schema === "boolean" || isJsonObject(schema) ? schema : undefined,
    dependencies,
    onError: step["onError"],
    fallbackStepId: stringOrNone(step["fallbackStepId"]),
    references,
    expressions: sink.expressions.slice(earlier.expressions),
    edges: stepEdges({ path, id }, dependencies, references),
  };
}

const inWait: Path = ["wait", "until"];
const inPolicies: Path = ["policies", "idempotencyKey"];
const inBreaker: Path = ["policies", "circuitBreaker", "target"];

/** A template that may be absent, at `below` in the step at `path`. */
function readOptional(value: JsonValue | undefined, path: Path, below: Path, sink: TemplateSink): Template | undefined {
  return value === undefined ? undefined : parseTemplate(value, path, sink, below);
}

/** An expression that stands alone, without `${` and `}`, under a key of the object at `path`. */
function readBare(holder: JsonObject, key: string, path: Path, sink: TemplateSink): Expression | undefined {
  const text = holder[key];
  if (typeof text !== "string") return undefined;
  const place = [...path, key];
  if (text.startsWith("${")) {
    const message = `${quoted(key)} is a bare expression`;
    const fix = 'write it without "${" and "}"';
    sink.report({ code: "EXPRESSION_SYNTAX", message, fix, place: { path: place } });
    return undefined;
  }
  const parsed = parseExpression(text, place, sink.plain);
  takeOver(parsed, sink);
  return parsed.expression;
}

const noDependencies: readonly DeclaredDependency[] = [];

function readDependencies(value: JsonValue | undefined, path: Path): readonly DeclaredDependency[] {
  if (typeof value !== "object" || value === null || !isArray(value)) return noDependencies;
  return value.flatMap((id, index) => (typeof id === "string" ? { id, path: [...path, "dependencies", index] } : []));
}

function stringOrNone(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

const empty: JsonObject = Object.freeze({});

/** The object itself, or an empty one in place of anything else. */
export function objectOrEmpty(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : empty;
}
