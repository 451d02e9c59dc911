import type { JsonObject, JsonSchema } from "../../lib/json.ts";

export type Properties = Readonly<Record<string, JsonSchema>>;

/** An object with exactly these keys; those whose names are in `optional` may be absent. */
export function object(required: Properties, optional: Properties = {}): JsonSchema {
  const properties = { ...required, ...optional };
  return { type: "object", required: Object.keys(required), properties, additionalProperties: false };
}

export function list(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}

export function mapOf(values: JsonSchema): JsonSchema {
  return { type: "object", additionalProperties: values };
}

export function oneOfTexts(texts: readonly string[]): JsonSchema {
  return { type: "string", enum: texts };
}

/** One of the document's `components.schemas`. */
export function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** The same schema, said more of. */
export function described(description: string, schema: JsonObject): JsonSchema {
  return { description, ...schema };
}

export const text = { type: "string" } as const;
export const integer = { type: "integer", minimum: 0 } as const;
export const number = { type: "number" } as const;
export const flag = { type: "boolean" } as const;
export const time = { type: "string", format: "date-time" } as const;
/** Any JSON value. */
export const anyValue: JsonSchema = {};
export const anyObject = { type: "object" } as const;
