import { isArray, type JsonSchema, type JsonValue } from "../lib/json.ts";
import type { Step, Template, Workflow } from "../lib/workflow.ts";

/** What is known of a workflow's output without running it, as JSON Schema. */
export function outputShape({ output, steps }: Workflow): JsonSchema {
  if (output !== undefined) return shapeOf(output);
  const fallbacks = new Set(steps.map(({ fallbackStepId }) => fallbackStepId));
  return {
    type: "object",
    properties: Object.fromEntries(steps.map((step) => [step.id, stepShape(step)])),
    required: steps.filter((step) => !fallbacks.has(step.id) && alwaysCompletes(step)).map(({ id }) => id),
    additionalProperties: false,
  };
}

function alwaysCompletes({ condition, onError }: Step): boolean {
  return condition === undefined && (onError === "fail" || onError === "retry");
}

function stepShape(step: Step): JsonValue {
  if (step.kind === "wait" || step.fallbackStepId !== undefined) return {};
  const own = ownShape(step.output?.schema ?? (step.kind === "workflow" ? childShape(step.workflow) : {}));
  return step.forEach === undefined ? own : { type: "array", items: own };
}

/** A schema as a part of another one, where its references would start from another root. */
function ownShape(schema: JsonSchema): JsonSchema {
  return JSON.stringify(schema).includes('"$ref"') ? {} : schema;
}

function childShape(reference: Extract<Step, { kind: "workflow" }>["workflow"]): JsonSchema {
  return "definition" in reference ? outputShape(reference.definition) : {};
}

function shapeOf(template: Template): JsonSchema {
  switch (template.kind) {
    case "literal":
      return shapeOfValue(template.value);
    case "text":
      return { type: "string" };
    case "expression":
      return {};
    case "array":
      return { type: "array" };
    case "object":
      return objectShape(Object.entries(template.entries).map(([key, entry]) => [key, shapeOf(entry)] as const));
  }
}

function shapeOfValue(value: JsonValue): JsonSchema {
  if (value === null) return { type: "null" };
  if (typeof value !== "object") return { type: typeof value };
  if (isArray(value)) return { type: "array" };
  return objectShape(Object.entries(value).map(([key, member]) => [key, shapeOfValue(member)] as const));
}

function objectShape(members: readonly (readonly [string, JsonSchema])[]): JsonSchema {
  return {
    type: "object",
    properties: Object.fromEntries(members),
    required: members.map(([key]) => key),
    additionalProperties: false,
  };
}
