import { isArray, isJsonObject, type JsonSchema, type JsonValue } from "../lib/json.ts";
import type { Template } from "../lib/workflow.ts";
import { type ObjectShape, type PlainShape, plainShape } from "./plain-shape.ts";

/**
 * Whether nothing is wrong with a template under a JSON Schema; false means that only a validator can tell. What the run
 * alone knows is taken to fit. Validators cost a hundred times as much and most schemas of agents do without.
 */
export function surelyFits(schema: JsonSchema, template: Template): boolean {
  return templateFits(plainShape(schema), template);
}

function templateFits(shape: PlainShape, template: Template): boolean {
  switch (template.kind) {
    case "expression":
    case "text":
      return shape.kind !== "unclear";
    case "literal":
      return valueFits(shape, template.value);
    case "array": {
      if (shape.kind !== "array") return shape.kind === "any";
      const { item } = shape;
      return template.items.every((member) => templateFits(item, member));
    }
    case "object":
      return shape.kind === "object" ? entriesFit(shape, template.entries, templateFits) : shape.kind === "any";
  }
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
