import { localReference } from "../lib/agents/schema-node.ts";
import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../lib/json.ts";

/** A schema and the document that its `$ref`s look into. */
export interface SchemaPlace {
  readonly root: JsonSchema;
  readonly schema: JsonValue;
}

/** What a JSON Schema says about a path: always there, perhaps there, not told, or never there. */
export type SchemaPath =
  | { readonly kind: "present" | "optional"; readonly place: SchemaPlace }
  | { readonly kind: "unknown" }
  | ExcludedPath;

export interface ExcludedPath {
  readonly kind: "excluded";
  /** The index in the path of the first key that cannot be. */
  readonly at: number;
  /** The keys there are instead. */
  readonly known: readonly string[];
  /** Whether the schema allows keys that it does not declare; such a key may be there, but nothing says so. */
  readonly isOpen: boolean;
}

/** The index that stands for any item of an array. */
export const anyItem = -1;

const maxReferences = 16;

/** The schema of the whole of some data. */
export function wholeSchema(schema: JsonSchema): SchemaPlace {
  return { root: schema, schema };
}

/** Follows a path through a schema, from `path[from]` on. Where alternatives or patterns decide, it is not told. */
export function schemaPath({ root, schema: start }: SchemaPlace, path: SchemaKeys, from = 0): SchemaPath {
  let schema: JsonValue | undefined = start;
  let isOptional = false;
  for (let at = from; at < path.length; at++) {
    const node = resolve(schema, root);
    if (node === undefined) return { kind: "unknown" };
    if (node === false) return { kind: "excluded", at, known: [], isOpen: false };
    const key = path[at];
    const step = typeof key === "string" ? property(node, key) : item(node, key ?? 0);
    if (step.kind === "unknown") return { kind: "unknown" };
    if (step.kind === "excluded") return { ...step, at };
    isOptional ||= step.isOptional;
    schema = step.schema;
  }
  return { kind: isOptional ? "optional" : "present", place: { root, schema } };
}

type SchemaKeys = readonly (string | number)[];

/** Whether data of this schema can be an array; true where the schema does not tell. */
export function allowsArray({ root, schema }: SchemaPlace): boolean {
  const node = resolve(schema, root);
  return node === undefined || (node !== false && allowsType(node, "array"));
}

/** The keys of an object whose data is said to be an array. */
export function arrayKeys({ root, schema }: SchemaPlace): readonly string[] {
  const node = resolve(schema, root);
  const properties = node === undefined || node === false ? undefined : node["properties"];
  if (!isJsonObject(properties)) return [];
  return Object.keys(properties).filter((key) => {
    const member = resolve(properties[key], root);
    return isJsonObject(member) && member["type"] === "array";
  });
}

type PathStep =
  | { readonly kind: "unknown" }
  | Omit<ExcludedPath, "at">
  | { readonly kind: "found"; readonly schema: JsonValue; readonly isOptional: boolean };

/** A schema that can be read key by key, `false`, or undefined where more than keys decides. */
function resolve(schema: JsonValue | undefined, root: JsonSchema): JsonObject | false | undefined {
  let node = schema;
  for (let hops = 0; isJsonObject(node) && typeof node["$ref"] === "string"; hops++) {
    if (hops === maxReferences) return undefined;
    node = localReference(root, node["$ref"]);
  }
  if (node === false) return false;
  if (!isJsonObject(node)) return undefined;
  for (const keyword of deciding) if (Object.hasOwn(node, keyword)) return undefined;
  return node;
}

/** What says more about a value than its keys do. */
const deciding = ["anyOf", "oneOf", "allOf", "if", "not", "enum", "const", "$dynamicRef", "$recursiveRef"];

function property(node: JsonObject, key: string): PathStep {
  if (!allowsType(node, "object")) return { kind: "excluded", known: [], isOpen: false };
  const { properties, required, additionalProperties, patternProperties } = node;
  const declared = isJsonObject(properties) ? properties : undefined;
  const isRequired = Array.isArray(required) && required.includes(key);
  const schema = declared !== undefined && Object.hasOwn(declared, key) ? declared[key] : undefined;
  if (schema !== undefined) {
    const hasDefault = isJsonObject(schema) && Object.hasOwn(schema, "default");
    return { kind: "found", schema, isOptional: !isRequired && !hasDefault };
  }
  if (isRequired || patternProperties !== undefined || additionalProperties === true) return { kind: "unknown" };
  if (isJsonObject(additionalProperties)) return { kind: "found", schema: additionalProperties, isOptional: true };
  if (additionalProperties === undefined && declared === undefined) return { kind: "unknown" };
  return { kind: "excluded", known: Object.keys(declared ?? {}), isOpen: additionalProperties === undefined };
}

/** How long an array is, is seldom told, so an item of the right kind counts as there. */
function item(node: JsonObject, index: number): PathStep {
  if (!allowsType(node, "array")) return { kind: "excluded", known: [], isOpen: false };
  const { items, prefixItems } = node;
  const tuple = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : [];
  if (index === anyItem && tuple.length > 0) return { kind: "unknown" };
  const schema: JsonValue | undefined = index !== anyItem && index < tuple.length ? tuple[index] : items;
  return isJsonObject(schema) ? { kind: "found", schema, isOptional: false } : { kind: "unknown" };
}

function allowsType({ type }: JsonObject, wanted: string): boolean {
  if (type === undefined) return true;
  return Array.isArray(type) ? type.includes(wanted) : type === wanted;
}
