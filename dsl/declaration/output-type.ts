import { jsonSchemaOf } from "../../lib/agents/json-schema-of.ts";
import { valueAt } from "../../lib/expression/reference.ts";
import type { JsonSchema } from "../../lib/json.ts";
import type { AgentStep, Expression, Reference, Step, Template, Workflow, WorkflowStep } from "../../lib/workflow.ts";
import type { AgentCatalog } from "../agent-catalog.ts";
import { packageName } from "../typescript/names.ts";
import { outputShape } from "../workflow-shape.ts";
import { schemaAt, type SchemaPlace, wholeSchema } from "./schema-at.ts";
import { literalType, type Member, type NamedTypes, objectType, schemaType, union } from "./schema-type.ts";

export interface OutputContext {
  readonly workflow: Workflow;
  readonly agents: AgentCatalog;
  readonly names: NamedTypes;
}

/** The type of what a workflow gives, as far as its template and the schemas of its input and agents tell. */
export function outputType(context: OutputContext): string {
  const { output, steps } = context.workflow;
  if (output !== undefined) return templateType(output, context);
  const fallbacks = new Set(steps.map(({ fallbackStepId }) => fallbackStepId));
  const members = steps
    .filter(({ id }) => !fallbacks.has(id))
    .map((step): Member => {
      const isOptional = step.condition !== undefined || step.onError === "continue" || step.onError === "fallback";
      return { key: step.id, type: stepType(step, context), isOptional };
    });
  return objectType(members);
}

function templateType(template: Template, context: OutputContext): string {
  switch (template.kind) {
    case "literal":
      return literalType(template.value);
    case "text":
      return "string";
    case "expression":
      return expressionType(template.expression, context);
    case "array":
      return `readonly [${template.items.map((item) => templateType(item, context)).join(", ")}]`;
    case "object":
      return objectType(
        Object.entries(template.entries).map(([key, entry]) => ({ key, type: templateType(entry, context) })),
      );
  }
}

function expressionType(expression: Expression, context: OutputContext): string {
  switch (expression.kind) {
    case "value":
      return literalType(expression.value);
    case "reference":
      return referenceType(expression, context);
    case "default":
      return union([present(expressionType(expression.left, context)), expressionType(expression.right, context)]);
    case "comparison":
    case "not":
    case "and":
    case "or":
      return "boolean";
    case "call":
      return expression.name === "length"
        ? "number"
        : expression.name === "join" || expression.name === "json"
          ? "string"
          : "boolean";
  }
}

/** What is null takes the default. */
function present(type: string): string {
  return /\bnull\b/.test(type) ? `NonNullable<${type}>` : type;
}

function referenceType({ root, path }: Reference, context: OutputContext): string {
  const { workflow } = context;
  switch (root) {
    case "execution":
    case "workflow":
    case "env":
      return "string";
    case "input":
      return workflow.input === undefined ? "unknown" : typeAt(wholeSchema(workflow.input), path, context);
    case "variables": {
      const value = valueAt(workflow.variables, path);
      return value === undefined ? "unknown" : literalType(value);
    }
    case "steps":
      return stepReferenceType(path, context);
    default:
      return "unknown";
  }
}

function stepReferenceType([id, field, ...path]: Reference["path"], context: OutputContext): string {
  const step = context.workflow.steps.find((candidate) => candidate.id === id);
  if (field === "status") return `import(${JSON.stringify(packageName)}).StepStatus`;
  if (step === undefined || field !== "output") return "unknown";
  if (path.length === 0) return stepType(step, context);
  const places = outputsOf(step, context);
  return union(places.map((place) => (place === undefined ? "unknown" : typeAt(place, path, context))));
}

function stepType(step: Step, context: OutputContext): string {
  return union(outputsOf(step, context).map((place) => (place === undefined ? "unknown" : typeAt(place, [], context))));
}

/** Where its output may come from: itself and its fallback. Undefined for what nothing is known of. */
function outputsOf(step: Step, context: OutputContext): readonly (SchemaPlace | undefined)[] {
  const fallback = context.workflow.steps.find(({ id }) => id === step.fallbackStepId);
  return [ownOutput(step, context), ...(fallback === undefined ? [] : outputsOf(fallback, context))];
}

function ownOutput(step: Step, { agents }: OutputContext): SchemaPlace | undefined {
  if (step.kind === "wait") return step.wait.kind === "signal" ? undefined : wholeSchema({ type: "null" });
  const schema = step.output?.schema ?? calleeOutput(step, agents);
  if (step.forEach === undefined) return schema === undefined ? undefined : wholeSchema(schema);
  return { root: schema ?? true, schema: { type: "array", items: schema ?? true } };
}

function calleeOutput(step: AgentStep | WorkflowStep, agents: AgentCatalog): JsonSchema | undefined {
  if (step.kind === "workflow")
    return "definition" in step.workflow ? outputShape(step.workflow.definition) : undefined;
  const agent = agents.find(step.agent.id, step.agent.version);
  return agent?.output && jsonSchemaOf(agent.output, "output");
}

function typeAt(place: SchemaPlace, path: Reference["path"], { names }: OutputContext): string {
  const found = schemaAt(place, path);
  return found === undefined ? "unknown" : schemaType(found.schema, { root: found.root, names, side: "output" });
}
