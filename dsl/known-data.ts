import { isArray } from "../lib/json.ts";
import type { Expression } from "../lib/workflow.ts";
import type { AgentLookup } from "./agent-lookup.ts";
import type { DocumentSource } from "./document-source.ts";
import { anyItem, type SchemaPlace, schemaPath, wholeSchema } from "./schema-path.ts";
import type { StepSource } from "./step-source.ts";
import { outputShape } from "./workflow-shape.ts";

/** Where schemas of data come from. */
export interface KnownData {
  readonly source: DocumentSource;
  readonly lookup: AgentLookup;
}

/** What one run of a step gives: with `forEach` the output for one item. Undefined where nothing is known of it. */
export function runOutput({ lookup }: KnownData, step: StepSource): SchemaPlace | undefined {
  if (step.isTimed) return wholeSchema({ type: "null" });
  if (step.outputSchema !== undefined) return wholeSchema(step.outputSchema);
  if (step.child?.workflow !== undefined) return wholeSchema(outputShape(step.child.workflow));
  const agent = lookup.agentOf(step.call);
  const schema = agent && lookup.schemaOf(agent, "output");
  return schema === undefined ? undefined : wholeSchema(schema);
}

/** What a step gives when it completes, without its fallback's part in it. */
export function stepOutput(known: KnownData, step: StepSource): SchemaPlace | undefined {
  const one = runOutput(known, step);
  if (!step.hasForEach) return one;
  return one === undefined
    ? wholeSchema({ type: "array" })
    : { root: one.root, schema: { type: "array", items: one.schema } };
}

/** One item of a step with `forEach`. */
export function itemOf(known: KnownData, step: StepSource): SchemaPlace | undefined {
  const items = step.items && expressionData(known, step.items);
  return items && placeAt(items, [anyItem]);
}

/** What an expression gives, as far as a schema tells. */
export function expressionData(known: KnownData, expression: Expression): SchemaPlace | undefined {
  if (expression.kind === "reference") {
    const { root, path } = expression;
    if (root === "input")
      return known.source.input === undefined ? undefined : placeAt(wholeSchema(known.source.input), path);
    const step = root === "steps" ? known.source.stepsById.get(String(path[0])) : undefined;
    if (step === undefined || path[1] !== "output" || step.onError === "fallback") return undefined;
    const output = stepOutput(known, step);
    return output && placeAt(output, path.slice(2));
  }
  // An empty array as a default adds no data of its own.
  const hasEmptyDefault =
    expression.kind === "default" &&
    expression.right.kind === "value" &&
    isArray(expression.right.value) &&
    expression.right.value.length === 0;
  return hasEmptyDefault ? expressionData(known, expression.left) : undefined;
}

function placeAt(place: SchemaPlace, path: readonly (string | number)[]): SchemaPlace | undefined {
  const found = schemaPath(place, path);
  return found.kind === "present" || found.kind === "optional" ? found.place : undefined;
}
