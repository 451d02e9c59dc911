import { localReference } from "../../lib/agents/schema-node.ts";
import { isArray, isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../../lib/json.ts";
import type { Reference } from "../../lib/workflow.ts";

/** A schema and the document that its `$ref`s look into. */
export interface SchemaPlace {
  readonly root: JsonSchema;
  readonly schema: JsonValue;
}

const maxReferences = 16;

/** The schema of the whole of some data. */
export function wholeSchema(schema: JsonSchema): SchemaPlace {
  return { root: schema, schema };
}

/**
 * The schema of what a path leads to, as it was written. Undefined where none is written for it, or where alternatives
 * decide which one it is.
 */
export function schemaAt({ root, schema: start }: SchemaPlace, path: Reference["path"]): SchemaPlace | undefined {
  let schema: JsonValue | undefined = start;
  for (const key of path) {
    const node = resolve(schema, root);
    schema = node && (typeof key === "string" ? propertyIn(node, key) : itemIn(node, key));
    if (schema === undefined) return undefined;
  }
  return { root, schema };
}

const deciding = ["anyOf", "oneOf", "allOf", "if", "not", "enum", "const", "$dynamicRef", "$recursiveRef"];

/** A schema that can be read key by key. */
function resolve(schema: JsonValue | undefined, root: JsonSchema): JsonObject | undefined {
  let node = schema;
  for (let hops = 0; isJsonObject(node) && typeof node["$ref"] === "string"; hops++) {
    if (hops === maxReferences) return undefined;
    node = localReference(root, node["$ref"]);
  }
  if (!isJsonObject(node)) return undefined;
  const object = node;
  return deciding.some((keyword) => Object.hasOwn(object, keyword)) ? undefined : node;
}

function propertyIn({ properties, additionalProperties, patternProperties }: JsonObject, key: string) {
  if (isJsonObject(properties) && Object.hasOwn(properties, key)) return properties[key];
  return patternProperties === undefined && isJsonObject(additionalProperties) ? additionalProperties : undefined;
}

function itemIn({ items, prefixItems }: JsonObject, index: number): JsonValue | undefined {
  const places = [prefixItems, items].find((given) => given !== undefined && isArray(given));
  const place = places !== undefined && isArray(places) ? places[index] : undefined;
  return place ?? (isJsonObject(items) ? items : undefined);
}
