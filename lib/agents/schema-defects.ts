import { isJsonObject, type JsonSchema, type JsonValue } from "../json.ts";
import { jsonPointer } from "./json-pointer.ts";

/** The keywords by what their value must be. Those that are not listed are annotations and may hold anything. */
const shapes: ReadonlyMap<string, Shape> = new Map([
  ...keywords("type", "type"),
  ...keywords("array", "enum"),
  ...keywords("strings", "required"),
  ...keywords("schema-map", "properties", "dependentSchemas", "$defs", "definitions"),
  ...keywords("pattern-map", "patternProperties"),
  ...keywords(
    "schema",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "additionalItems",
    "unevaluatedItems",
    "contains",
    "not",
    "if",
    "then",
    "else",
  ),
  ...keywords("strings-map", "dependentRequired"),
  ...keywords("dependencies", "dependencies"),
  ...keywords("schemas", "prefixItems", "allOf", "anyOf", "oneOf"),
  ...keywords("items", "items"),
  ...keywords(
    "count",
    "minProperties",
    "maxProperties",
    "minItems",
    "maxItems",
    "minContains",
    "maxContains",
    "minLength",
    "maxLength",
  ),
  ...keywords("number", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
  ...keywords("positive", "multipleOf"),
  ...keywords("pattern", "pattern"),
  ...keywords("string", "format", "$ref", "$id", "$anchor"),
  ...keywords("boolean", "uniqueItems"),
]);

function keywords(shape: Shape, ...names: readonly string[]): readonly (readonly [string, Shape])[] {
  return names.map((name) => [name, shape]);
}

type Shape = "schema" | "schemas" | "schema-map" | "pattern-map" | "items" | "dependencies" | keyof typeof scalarShapes;

const typeNames = new Set(["array", "boolean", "integer", "null", "number", "object", "string"]);

/** The shapes that hold no schema: what they ask for in words, and whether a value is that. */
const scalarShapes = {
  type: [
    "the name of a JSON type, or a list of such names",
    (value: JsonValue) => isTypeName(value) || isListOf(value, isTypeName),
  ],
  array: ["an array", (value: JsonValue) => Array.isArray(value)],
  string: ["a string", isString],
  strings: ["an array of strings", (value: JsonValue) => isListOf(value, isString)],
  "strings-map": [
    "an object of arrays of strings",
    (value: JsonValue) => isJsonObject(value) && Object.values(value).every((list) => isListOf(list, isString)),
  ],
  boolean: ["true or false", (value: JsonValue) => typeof value === "boolean"],
  number: ["a number", (value: JsonValue) => typeof value === "number"],
  positive: ["a number > 0", (value: JsonValue) => typeof value === "number" && value > 0],
  count: ["an integer >= 0", (value: JsonValue) => Number.isSafeInteger(value) && Number(value) >= 0],
  pattern: ["a regular expression", isPattern],
} as const satisfies Record<string, readonly [wanted: string, isValid: (value: JsonValue) => boolean]>;

function isString(value: JsonValue): boolean {
  return typeof value === "string";
}

function isTypeName(value: JsonValue): boolean {
  return typeof value === "string" && typeNames.has(value);
}

function isListOf(value: JsonValue, isItem: (item: JsonValue) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isPattern(value: JsonValue): boolean {
  if (typeof value !== "string") return false;
  try {
    return new RegExp(value, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

/** Throws a TypeError that names the first place where `schema` is not a JSON Schema. */
export function assertWellFormed(schema: JsonSchema): void {
  checkSchema(schema, []);
}

function checkSchema(schema: JsonValue, path: readonly string[]): void {
  if (typeof schema === "boolean") return;
  if (!isJsonObject(schema)) throw malformed(path, "an object, true or false");
  for (const [keyword, value] of Object.entries(schema)) {
    const shape = shapes.get(keyword);
    if (shape !== undefined) checkKeyword(shape, value, [...path, keyword]);
  }
}

function checkKeyword(shape: Shape, value: JsonValue, path: readonly string[]): void {
  if (shape === "schema") checkSchema(value, path);
  else if (shape === "schemas" || (shape === "items" && Array.isArray(value))) checkList(value, path);
  else if (shape === "items") checkSchema(value, path);
  else if (shape === "schema-map" || shape === "pattern-map" || shape === "dependencies") checkMap(shape, value, path);
  else checkScalar(shape, value, path);
}

function checkScalar(shape: keyof typeof scalarShapes, value: JsonValue, path: readonly string[]): void {
  const [wanted, isValid] = scalarShapes[shape];
  if (!isValid(value)) throw malformed(path, wanted);
}

function checkList(value: JsonValue, path: readonly string[]): void {
  if (!Array.isArray(value)) throw malformed(path, "an array of schemas");
  for (const [index, item] of value.entries()) checkSchema(item, [...path, String(index)]);
}

function checkMap(
  shape: "pattern-map" | "schema-map" | "dependencies",
  value: JsonValue,
  path: readonly string[],
): void {
  if (!isJsonObject(value)) throw malformed(path, "an object of schemas");
  for (const [key, entry] of Object.entries(value)) {
    if (shape === "pattern-map" && !isPattern(key)) throw malformed([...path, key], "named by a regular expression");
    const isList = shape === "dependencies" && isListOf(entry, isString);
    if (!isList) checkSchema(entry, [...path, key]);
  }
}

function malformed(path: readonly string[], wanted: string): TypeError {
  return new TypeError(`Cannot use JSON Schema: "${jsonPointer(path)}" must be ${wanted}`);
}
