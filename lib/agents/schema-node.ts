import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../json.ts";
import { pointerPath } from "./json-pointer.ts";

/** The value under a key of an object or array; undefined where there is none. */
export function childOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return Array.isArray(value) ? value[Number(key)] : Reflect.get(value, key);
}

/** What `$ref` names inside `root`. Undefined for another document, an anchor, or a place that does not exist. */
export function localReference(root: JsonSchema, ref: string): JsonValue | undefined {
  if (ref === "#") return root;
  return ref.startsWith("#/")
    ? pointerPath(decodeFragment(ref)).reduce<JsonValue | undefined>(childOf, root)
    : undefined;
}

function decodeFragment(ref: string): string {
  try {
    return decodeURIComponent(ref.slice(1));
  } catch {
    // A stray "%" is taken literally, as validators do.
    return ref.slice(1);
  }
}

/**
 * A schema and every schema that a value at the same place must satisfy too: the targets of local `$ref`s and the members
 * of `allOf`. Each object once, so a schema that refers to itself ends.
 */
export function schemasHere(schema: JsonValue | undefined, root: JsonSchema): readonly JsonObject[] {
  const found = new Set(isJsonObject(schema) ? [schema] : []);
  // A set visits what is added while it is walked.
  for (const { $ref, allOf } of found) {
    const target = typeof $ref === "string" ? localReference(root, $ref) : undefined;
    for (const other of [target, ...(Array.isArray(allOf) ? allOf : [])]) if (isJsonObject(other)) found.add(other);
  }
  return [...found];
}
