import { ignoresBesideRef } from "../lib/agents/json-schema.ts";
import { localReference } from "../lib/agents/schema-node.ts";
import { isArray, isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../lib/json.ts";

const maxDemands = 256;

/**
 * Every schema object that a value must satisfy to satisfy `schemas`: these, what they refer to and the members of their
 * `allOf`. Each once, so a schema that refers to itself ends.
 */
export function demandsOf(schemas: readonly JsonValue[], root: JsonSchema): readonly JsonObject[] {
  const found = new Set<JsonObject>();
  const add = (schema: JsonValue | undefined): void => {
    // Inside a schema with an address of its own, references start from there.
    const isAddressed = isJsonObject(schema) && (typeof schema["$id"] === "string" || typeof schema["id"] === "string");
    if (isJsonObject(schema) && found.size < maxDemands && (schema === root || !isAddressed)) found.add(schema);
  };
  for (const schema of schemas) add(schema);
  const isRefAlone = ignoresBesideRef(root);
  // A set visits what is added while it is walked.
  for (const schema of found) {
    const { $ref, allOf } = schema;
    if (typeof $ref === "string") add(localReference(root, $ref));
    if ($ref !== undefined && isRefAlone) found.delete(schema);
    else if (allOf !== undefined && isArray(allOf)) for (const member of allOf) add(member);
  }
  return [...found];
}

/** The schema that one demand has for what is under a key of an object or at an index of an array. */
export function childSchema(demand: JsonObject, key: string | number): JsonValue | undefined {
  return typeof key === "string" ? propertySchema(demand, key) : itemSchema(demand, key);
}

function propertySchema(
  { properties, patternProperties, additionalProperties }: JsonObject,
  key: string,
): JsonValue | undefined {
  if (isJsonObject(properties) && Object.hasOwn(properties, key)) return properties[key];
  return patternProperties === undefined ? additionalProperties : undefined;
}

function itemSchema({ items, prefixItems, additionalItems }: JsonObject, index: number): JsonValue | undefined {
  if (items !== undefined && isArray(items)) {
    if (prefixItems !== undefined) return undefined;
    return index < items.length ? items[index] : additionalItems;
  }
  return prefixItems !== undefined && isArray(prefixItems) && index < prefixItems.length ? prefixItems[index] : items;
}
