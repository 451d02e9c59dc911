import type { OutputUnit } from "@cfworker/json-schema";
import type { ValidationIssue } from "../errors.ts";
import type { JsonSchema, JsonValue } from "../json.ts";
import { pointerPath } from "./json-pointer.ts";
import { childOf, localReference } from "./schema-node.ts";

/** Keywords that only report that a schema inside them failed; that schema's own errors say more. */
const wrappers = new Set([
  "$ref",
  "$recursiveRef",
  "allOf",
  "if",
  "properties",
  "patternProperties",
  "additionalProperties",
  "unevaluatedProperties",
  "propertyNames",
  "dependentSchemas",
  "prefixItems",
  "items",
  "additionalItems",
  "unevaluatedItems",
]);

/** What each keyword asks for. `limit` is the keyword's value in the schema; the value that failed is never shown. */
const messages: Readonly<Record<string, (limit: string) => string>> = {
  false: () => "is not allowed",
  type: (limit) => `must be ${limit}`,
  const: (limit) => `must be ${limit}`,
  enum: (limit) => `must be ${limit}`,
  not: () => "must not match the schema that is excluded",
  anyOf: () => "must match at least one of the alternatives",
  oneOf: () => "must match exactly one of the alternatives",
  format: (limit) => `must have the format ${limit}`,
  pattern: (limit) => `must match the pattern ${limit}`,
  minimum: (limit) => `must be >= ${limit}`,
  maximum: (limit) => `must be <= ${limit}`,
  exclusiveMinimum: (limit) => `must be > ${limit}`,
  exclusiveMaximum: (limit) => `must be < ${limit}`,
  multipleOf: (limit) => `must be a multiple of ${limit}`,
  minLength: (limit) => `must have at least ${limit} characters`,
  maxLength: (limit) => `must have at most ${limit} characters`,
  minItems: (limit) => `must have at least ${limit} items`,
  maxItems: (limit) => `must have at most ${limit} items`,
  uniqueItems: () => "must not hold the same item twice",
  contains: () => "must hold an item that fits",
  minContains: (limit) => `must hold at least ${limit} items that fit`,
  maxContains: (limit) => `must hold at most ${limit} items that fit`,
  minProperties: (limit) => `must have at least ${limit} properties`,
  maxProperties: (limit) => `must have at most ${limit} properties`,
};

/** The validator's report in our words: the causes only, each once. */
export function toIssues(errors: readonly OutputUnit[], schema: JsonSchema): readonly ValidationIssue[] {
  const issues = new Map<string, ValidationIssue>();
  for (const [index, error] of errors.entries()) {
    if (wrappers.has(error.keyword) || isExplained(error, errors[index + 1])) continue;
    const pointer = decodeURIComponent(error.instanceLocation.slice(1));
    const message = missingProperty(error) ?? describe(error, schema);
    issues.set(`${pointer} ${message}`, { pointer, message });
  }
  return [...issues.values()];
}

/** Whether the next error comes from a schema inside the keyword of this one. `false` has no location of its own. */
function isExplained(error: OutputUnit, next: OutputUnit | undefined): boolean {
  return next?.keywordLocation.startsWith(`${error.keywordLocation}/`) ?? false;
}

/** The validator names a missing property in its text only. The names are the schema's, not the data's. */
function missingProperty({ keyword, error }: OutputUnit): string | undefined {
  if (keyword === "required") return `must have the property ${/"[^]*"/.exec(error)?.[0]}`;
  const [, present, absent] = /^Instance has "([^]*)" but does not have "([^]*)"\.$/.exec(error) ?? [];
  return absent === undefined ? undefined : `must have the property "${absent}" because it has "${present}"`;
}

function describe({ keyword, keywordLocation }: OutputUnit, schema: JsonSchema): string {
  const limit = limitText(keyword, keywordValue(keywordLocation, schema));
  return messages[keyword]?.(limit) ?? `must satisfy "${keyword}"`;
}

function limitText(keyword: string, limit: JsonValue | undefined): string {
  if (limit === undefined) return "what the schema says";
  const isList = Array.isArray(limit) && (keyword === "type" || keyword === "enum");
  const items: readonly JsonValue[] = isList ? limit : [limit];
  return items.map((item) => (keyword === "type" ? typeText(item) : JSON.stringify(item))).join(" or ");
}

/** Walks a keyword location such as `#/properties/a/$ref/minimum`, which goes through references. */
function keywordValue(location: string, schema: JsonSchema): JsonValue | undefined {
  let found: JsonValue | undefined = schema;
  for (const key of pointerPath(decodeURIComponent(location.slice(1)))) {
    const child = childOf(found, key);
    found = key === "$ref" && typeof child === "string" ? localReference(schema, child) : child;
  }
  return found;
}

const typeTexts: Readonly<Record<string, string>> = {
  array: "an array",
  boolean: "true or false",
  integer: "an integer",
  null: "null",
  number: "a number",
  object: "an object",
  string: "a string",
};

function typeText(type: JsonValue): string {
  return (typeof type === "string" ? typeTexts[type] : undefined) ?? "of another type";
}
