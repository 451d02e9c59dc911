import { isArray, isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../lib/json.ts";
import { kinds, numberKinds } from "./static/static-type.ts";

/** What a JSON Schema says, as far as a few keywords tell; `kinds` are those of a static type. `unclear` is every schema with more in it than these say. */
export type PlainShape =
  | { readonly kind: "any" }
  | { readonly kind: "unclear" }
  | { readonly kind: "scalar"; readonly kinds: number; readonly fits: (value: JsonValue) => boolean }
  | { readonly kind: "array"; readonly item: PlainShape }
  | ObjectShape;

export interface ObjectShape {
  readonly kind: "object";
  readonly properties: ReadonlyMap<string, PlainShape>;
  readonly required: readonly string[];
  /** Whether no other keys are allowed. */
  readonly isClosed: boolean;
}

const any: PlainShape = { kind: "any" };
const unclear: PlainShape = { kind: "unclear" };
const shapes = new WeakMap<JsonObject, PlainShape>();

/** The shape of a schema, read once per schema object. */
export function plainShape(schema: JsonSchema): PlainShape {
  return shapeOf(schema);
}

function shapeOf(schema: JsonValue | undefined): PlainShape {
  if (schema === undefined || schema === true) return any;
  if (!isJsonObject(schema)) return unclear;
  const known = shapes.get(schema);
  if (known !== undefined) return known;
  const shape = read(schema);
  shapes.set(schema, shape);
  return shape;
}

/** Keywords that say nothing about whether a value fits. */
const silent: ReadonlySet<string> = new Set(["$schema", "$id", "$comment", "title", "description", "default"]);

const keywords: Readonly<Record<string, readonly string[]>> = {
  object: ["properties", "required", "additionalProperties"],
  array: ["items"],
  number: ["minimum", "maximum"],
  integer: ["minimum", "maximum"],
  string: [],
  boolean: [],
  null: [],
};

function read(schema: JsonObject): PlainShape {
  const { type } = schema;
  const said = Object.keys(schema).filter((key) => !silent.has(key));
  if (said.length === 0) return any;
  const understood = typeof type === "string" ? keywords[type] : undefined;
  if (understood === undefined || !said.every((key) => key === "type" || understood.includes(key))) return unclear;
  switch (type) {
    case "object":
      return readObject(schema);
    case "array":
      return { kind: "array", item: shapeOf(schema["items"]) };
    case "number":
    case "integer":
      return readNumber(schema, type === "integer");
    case "null":
      return { kind: "scalar", kinds: kinds.null, fits: (value) => value === null };
    case "string":
      return { kind: "scalar", kinds: kinds.string, fits: (value) => typeof value === "string" };
    default:
      return { kind: "scalar", kinds: kinds.boolean, fits: (value) => typeof value === "boolean" };
  }
}

function readObject({ properties = {}, required = [], additionalProperties = true }: JsonObject): PlainShape {
  if (!isJsonObject(properties) || typeof additionalProperties !== "boolean") return unclear;
  const names = typeof required === "object" && required !== null && isArray(required) ? required : [];
  const shapesByKey = new Map(Object.entries(properties).map(([key, schema]) => [key, shapeOf(schema)]));
  const needed = names.filter((name) => typeof name === "string");
  // What must be there and is unclear may be impossible, and so may be the whole.
  const undeclared = additionalProperties ? any : unclear;
  if (needed.some((key) => (shapesByKey.get(key) ?? undeclared) === unclear)) return unclear;
  return { kind: "object", properties: shapesByKey, required: needed, isClosed: !additionalProperties };
}

function readNumber({ minimum = -Infinity, maximum = Infinity }: JsonObject, isInteger: boolean): PlainShape {
  if (typeof minimum !== "number" || typeof maximum !== "number") return unclear;
  return {
    kind: "scalar",
    kinds: isInteger ? kinds.integer : numberKinds,
    fits: (value) =>
      typeof value === "number" && value >= minimum && value <= maximum && (!isInteger || Number.isInteger(value)),
  };
}
