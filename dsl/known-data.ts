import { transformAgent } from "../lib/agents/transform.ts";
import type { Expression, Reference } from "../lib/workflow.ts";
import type { AgentLookup } from "./agent-lookup.ts";
import type { DocumentSource } from "./document-source.ts";
import { union } from "./static/combine.ts";
import { followPath } from "./static/follow-path.ts";
import { inferTemplate } from "./static/infer-template.ts";
import { infer } from "./static/infer-expression.ts";
import { schemaType } from "./static/schema-type.ts";
import { arrayType, integerType, never, nullType, type StaticType, stringType, unknown } from "./static/static-type.ts";
import { valueType } from "./static/value-type.ts";
import { seesRoot, type StepPart } from "./step-parts.ts";
import type { StepSource } from "./step-source.ts";
import { outputShape } from "./workflow-shape.ts";

/** What is known before the run of the data that references name. An unknown type where nothing is told. */
export interface KnownData {
  readonly input: StaticType;
  readonly variables: StaticType;
  /** What one run of a step gives: with `forEach` the output for one item. */
  runOutput(step: StepSource): StaticType;
  /** What a step gives when it completes, without its fallback's part in it. */
  stepOutput(step: StepSource): StaticType;
  /** One item of a step with `forEach`. */
  itemOf(step: StepSource): StaticType;
  /** What a reference gives in a part of a step, or in the workflow's own expressions. */
  typeOf(reference: Reference, step: StepSource | undefined, part: StepPart | undefined): StaticType;
}

/** Steps whose outputs follow from each other are looked through so far, and from there on nothing is told. */
const maxAsked = 100;

export function knownData(source: DocumentSource, lookup: AgentLookup): KnownData {
  const items = new Map<StepSource, StaticType>();
  const outputs: (StaticType | undefined)[] = source.steps.map(() => undefined);
  let asked = 0;
  const known: KnownData = {
    input: source.input === undefined ? unknown : schemaType(source.input, "in"),
    variables: valueType(source.variables),
    runOutput(step) {
      const told = outputs[step.index];
      if (told !== undefined) return told;
      if (asked >= maxAsked) return unknown;
      asked++;
      // What a step says of itself tells nothing.
      outputs[step.index] = unknown;
      const output = outputType(known, step, lookup);
      asked--;
      outputs[step.index] = output;
      return output;
    },
    stepOutput(step) {
      const one = known.runOutput(step);
      return step.hasForEach ? listOf(one) : one;
    },
    itemOf(step) {
      let item = items.get(step);
      if (item === undefined) {
        item = step.items === undefined ? unknown : itemIn(typeOfItems(known, step.items, step));
        items.set(step, item);
      }
      return item;
    },
    typeOf(reference, step, part) {
      const type = rootType(known, source, reference, step, part);
      const start = pathStart(reference);
      if (type === unknown || start === reference.path.length) return type;
      const found = followPath(type, reference.path, start);
      return found.kind === "found" ? found.type : unknown;
    },
  };
  return known;
}

/** A step's own schema says what its output must fit, whatever its agent says. */
function outputType(known: KnownData, step: StepSource, lookup: AgentLookup): StaticType {
  const { isTimed, outputSchema, child, call } = step;
  if (isTimed) return nullType;
  if (outputSchema !== undefined) return schemaType(outputSchema, "out");
  if (child?.workflow !== undefined) return schemaType(outputShape(child.workflow), "out");
  const agent = lookup.agentOf(call);
  if (agent?.id === transformAgent.id) return inputType(known, step);
  const schema = agent && lookup.schemaOf(agent, "output");
  return schema === undefined ? unknown : schemaType(schema, "out");
}

/** What is wrong in it is reported where it stands. */
function inputType(known: KnownData, step: StepSource): StaticType {
  const { input } = step.call;
  const typeOf = (reference: Reference): StaticType => known.typeOf(reference, step, "input");
  return inferTemplate(input, { typeOf, report: () => undefined }).typeOf(input);
}

/** What is wrong in it is reported where it stands. */
function typeOfItems(known: KnownData, items: Expression, step: StepSource): StaticType {
  return infer(items, { typeOf: (reference) => known.typeOf(reference, step, "items"), report: () => undefined });
}

/** Where in a reference's path its way through the type of its root begins. */
function pathStart({ root, path }: Reference): number {
  if (root === "steps") return 2;
  return root === "secrets" || root === "env" || root === "execution" || root === "workflow" ? path.length : 0;
}

/** The type of what a reference starts at. */
function rootType(
  known: KnownData,
  source: DocumentSource,
  { root, path }: Reference,
  step: StepSource | undefined,
  part: StepPart | undefined,
): StaticType {
  switch (root) {
    case "input":
      return known.input;
    case "variables":
      return known.variables;
    case "steps":
      return stepType(known, source, path);
    case "secrets":
      // Where it may not stand, that is what is wrong with it.
      return part === "input" || part === "config" ? stringType : unknown;
    case "env":
    case "execution":
    case "workflow":
      return stringType;
    case "item":
    case "index":
    case "output":
      if (step === undefined || part === undefined || !seesRoot(part, root, step.hasForEach)) return unknown;
      return root === "index" ? integerType : root === "item" ? known.itemOf(step) : known.runOutput(step);
  }
}

function stepType(known: KnownData, source: DocumentSource, [id, field]: Reference["path"]): StaticType {
  const step = source.stepsById.get(String(id));
  if (field === "status") return stringType;
  if (step === undefined || field !== "output") return unknown;
  const own = known.stepOutput(step);
  if (step.onError !== "fallback") return own;
  const fallback = source.stepsById.get(step.fallbackStepId ?? "");
  return fallback === undefined ? unknown : union(own, known.stepOutput(fallback));
}

function listOf(item: StaticType): StaticType {
  return arrayType({
    minItems: 0,
    maxItems: Infinity,
    item: () => ({ type: item, presence: "required" }),
    items: () => item,
  });
}

function itemIn(type: StaticType): StaticType {
  return type.arrays.length === 0 ? unknown : type.arrays.map((shape) => shape.items()).reduce(union, never);
}
