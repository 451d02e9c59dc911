import { isArray, isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { Expression, Template } from "../lib/workflow.ts";
import { parseExpression } from "./expression.ts";
import type { Path, Report } from "./problem.ts";
import { type DocumentReference, documentProblem, parseTemplate } from "./template.ts";

/**
 * A step as far as it can be understood. It is read from the raw document and not from a checked one, so that a wrong
 * type in one place hides no wrong reference in another.
 */
export interface StepSource {
  readonly path: Path;
  readonly id: string | undefined;
  readonly agent: { readonly id: string; readonly version: string | undefined } | undefined;
  readonly input: Template;
  readonly config: Template | undefined;
  readonly condition: Expression | undefined;
  /** Also true where the condition is broken. */
  readonly hasCondition: boolean;
  readonly dependencies: readonly DeclaredDependency[];
  readonly onError: JsonValue | undefined;
  readonly fallbackStepId: string | undefined;
  readonly references: readonly DocumentReference[];
}

export interface DeclaredDependency {
  readonly id: string;
  readonly path: Path;
}

const noInput: Template = { kind: "literal", value: {} };

/** Reads one step and reports what is wrong with its expressions. */
export function readStep(value: JsonValue, path: Path, report: Report): StepSource {
  const step = objectOrEmpty(value);
  const agent = objectOrEmpty(step["agent"]);
  const references: DocumentReference[] = [];
  const sink = { report, references };
  const target = objectOrEmpty(objectOrEmpty(step["policies"])["circuitBreaker"])["target"];
  if (target !== undefined) parseTemplate(target, [...path, "policies", "circuitBreaker", "target"], sink);
  const { input, condition } = step;
  const { config } = agent;
  return {
    path,
    id: stringOrNone(step["id"]),
    agent: typeof agent["id"] === "string" ? { id: agent["id"], version: stringOrNone(agent["version"]) } : undefined,
    input: input === undefined ? noInput : parseTemplate(input, [...path, "input"], sink),
    config: config === undefined ? undefined : parseTemplate(config, [...path, "agent", "config"], sink),
    condition: typeof condition === "string" ? readCondition(condition, [...path, "condition"], sink) : undefined,
    hasCondition: condition !== undefined,
    dependencies: readDependencies(step["dependencies"], [...path, "dependencies"]),
    onError: step["onError"],
    fallbackStepId: stringOrNone(step["fallbackStepId"]),
    references,
  };
}

function readCondition(
  text: string,
  path: Path,
  sink: { readonly report: Report; readonly references: DocumentReference[] },
): Expression | undefined {
  if (text.startsWith("${")) {
    const message = "A condition is a bare expression";
    sink.report({ code: "EXPRESSION_SYNTAX", message, fix: 'write it without "${" and "}"', place: { path } });
    return undefined;
  }
  const { expression, references, problems } = parseExpression(text);
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
