import { isArray, isJsonObject, type JsonSchema, type JsonValue } from "../lib/json.ts";
import type { Expression, Template } from "../lib/workflow.ts";
import { type ObjectShape, type PlainShape, plainShape } from "./plain-shape.ts";
import { type StaticType, stringType, unknown } from "./static/static-type.ts";

/** What an expression may come to, branch by branch. */
type TypesOf = (expression: Expression) => readonly { readonly type: StaticType }[];

/**
 * Whether nothing is wrong with a template under a JSON Schema; false means that it takes a closer look, which costs a
 * hundred times as much. Most schemas of agents, and almost all that they are given, do without.
 */
export function surelyFits(schema: JsonSchema, template: Template, typesOf: TypesOf): boolean {
  return templateFits(plainShape(schema), template, typesOf);
}

function templateFits(shape: PlainShape, template: Template, typesOf: TypesOf): boolean {
  if (shape.kind === "any") return true;
  switch (template.kind) {
    case "expression":
      return typesOf(template.expression).every(({ type }) => typeFits(shape, type));
    case "text":
      return typeFits(shape, stringType);
    case "literal":
      return valueFits(shape, template.value);
    case "array":
      return shape.kind === "array" && template.items.every((member) => templateFits(shape.item, member, typesOf));
    case "object":
      return (
        shape.kind === "object" &&
        entriesFit(shape, template.entries, (part, member) => templateFits(part, member, typesOf))
      );
  }
}

/** What may be of a wanted kind may fit. What is inside of arrays and objects is left to the closer look. */
function typeFits(shape: PlainShape, type: StaticType): boolean {
  if (type === unknown) return shape.kind !== "unclear";
  return shape.kind === "scalar" && (type.kinds & shape.kinds) !== 0;
}

function valueFits(shape: PlainShape, value: JsonValue): boolean {
  switch (shape.kind) {
    case "any":
      return true;
    case "unclear":
      return false;
    case "scalar":
      return shape.fits(value);
    case "array": {
      if (typeof value !== "object" || value === null || !isArray(value)) return false;
      const { item } = shape;
      return value.every((member) => valueFits(item, member));
    }
    case "object":
      return isJsonObject(value) && entriesFit(shape, value, valueFits);
  }
}

function entriesFit<T>(
  { properties, required, isClosed }: ObjectShape,
  entries: Readonly<Record<string, T>>,
  fits: (shape: PlainShape, member: T) => boolean,
): boolean {
  for (const key in entries) {
    const member = entries[key];
    const shape = properties.get(key);
    if (shape === undefined ? isClosed : member === undefined || !fits(shape, member)) return false;
  }
  for (const key of required) if (!Object.hasOwn(entries, key)) return false;
  return true;
}
