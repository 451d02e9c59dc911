import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../json.ts";
import type { Schema } from "./agent.ts";
import { jsonSchemaOf } from "./json-schema-of.ts";
import { localReference } from "./schema-node.ts";

/** What is shown in place of a sensitive value. */
export const redactionMark = "[redacted]";

/**
 * Where sensitive values are: a graph of places, with cycles where a schema refers to itself. Opaque; made by
 * {@link sensitivePaths}, followed by {@link redact}.
 */
export interface SensitivePath {
  readonly isSensitive: boolean;
  /** Other schemas for the same place. */
  readonly same: SensitivePath[];
  readonly properties: Map<string, SensitivePath>;
  /** Properties that are not in `properties`. */
  readonly otherProperties: SensitivePath[];
  readonly firstItems: SensitivePath[];
  /** Items after `firstItems`. */
  readonly otherItems: SensitivePath[];
}

/**
 * The places that a schema marks `"x-sensitive": true`, through nested objects, arrays, alternatives and local `$ref`s.
 * Empty when there are none, and for a Standard Schema that has no JSON Schema.
 */
export function sensitivePaths(schema: Schema): readonly SensitivePath[] {
  // A schema may differ between its sides; a mark on either hides the value.
  const documents = [jsonSchemaOf(schema, "input"), jsonSchemaOf(schema, "output")];
  return [...new Set(documents)].flatMap((document) => {
    if (!isJsonObject(document)) return [];
    const graph = new PathGraph(document);
    const path = graph.pathOf(document);
    return graph.hasMark ? [path] : [];
  });
}

/** The same places in each item of an array. */
export function eachItem(paths: readonly SensitivePath[]): SensitivePath {
  return {
    isSensitive: false,
    same: [],
    properties: new Map(),
    otherProperties: [],
    firstItems: [],
    otherItems: [...paths],
  };
}

/** The place that these keys lead to, where an array on the way stands for each of its items. */
export function pathTo(keys: readonly string[]): SensitivePath {
  const [key, ...rest] = keys;
  const path: SensitivePath = {
    isSensitive: key === undefined,
    same: [],
    properties: new Map(key === undefined ? [] : [[key, pathTo(rest)]]),
    otherProperties: [],
    firstItems: [],
    otherItems: [],
  };
  path.otherItems.push(path);
  return path;
}

class PathGraph {
  hasMark = false;
  readonly #root: JsonSchema;
  readonly #known = new Map<JsonObject, SensitivePath>();

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  pathOf(schema: JsonObject): SensitivePath {
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    const isSensitive = schema["x-sensitive"] === true;
    this.hasMark ||= isSensitive;
    const path: SensitivePath = {
      isSensitive,
      same: [],
      properties: new Map(),
      otherProperties: [],
      firstItems: [],
      otherItems: [],
    };
    this.#known.set(schema, path);
    this.#follow(schema, path);
    return path;
  }

  #follow(schema: JsonObject, path: SensitivePath): void {
    const { $ref, properties, items } = schema;
    for (const [key, property] of Object.entries(isJsonObject(properties) ? properties : {})) {
      if (isJsonObject(property)) path.properties.set(key, this.pathOf(property));
    }
    if (typeof $ref === "string") this.#add(path.same, localReference(this.#root, $ref));
    for (const keyword of ["allOf", "anyOf", "oneOf", "if", "then", "else"]) this.#add(path.same, schema[keyword]);
    for (const keyword of ["dependentSchemas", "dependencies"]) this.#addValues(path.same, schema[keyword]);
    this.#addValues(path.otherProperties, schema["patternProperties"]);
    for (const keyword of ["additionalProperties", "unevaluatedProperties"]) {
      this.#add(path.otherProperties, schema[keyword]);
    }
    this.#add(path.firstItems, schema["prefixItems"]);
    this.#add(Array.isArray(items) ? path.firstItems : path.otherItems, items);
    for (const keyword of ["additionalItems", "unevaluatedItems", "contains"])
      this.#add(path.otherItems, schema[keyword]);
  }

  #add(paths: SensitivePath[], schemas: JsonValue | undefined): void {
    for (const schema of Array.isArray(schemas) ? schemas : [schemas]) {
      // An item without a schema of its own still takes its position.
      if (isJsonObject(schema)) paths.push(this.pathOf(schema));
      else if (typeof schema === "boolean") paths.push(this.pathOf({}));
    }
  }

  #addValues(paths: SensitivePath[], schemas: JsonValue | undefined): void {
    if (isJsonObject(schemas)) this.#add(paths, Object.values(schemas));
  }
}

/** A copy with every sensitive value replaced by {@link redactionMark}; the same value when it holds none. */
export function redact(value: JsonValue, paths: readonly SensitivePath[]): JsonValue {
  if (paths.length === 0) return value;
  const here = closure(paths);
  for (const path of here) if (path.isSensitive) return redactionMark;
  if (typeof value !== "object" || value === null) return value;
  return isJsonObject(value) ? redactObject(value, here) : redactArray(value, here);
}

function redactObject(value: JsonObject, here: ReadonlySet<SensitivePath>): JsonObject {
  let copy: Record<string, JsonValue> | undefined;
  for (const [key, child] of Object.entries(value)) {
    const paths: SensitivePath[] = [];
    for (const { properties, otherProperties } of here) {
      const own = properties.get(key);
      if (own === undefined) paths.push(...otherProperties);
      else paths.push(own);
    }
    const shown = redact(child, paths);
    if (shown === child) continue;
    copy ??= { ...value };
    copy[key] = shown;
  }
  return copy ?? value;
}

function redactArray(value: readonly JsonValue[], here: ReadonlySet<SensitivePath>): readonly JsonValue[] {
  let copy: JsonValue[] | undefined;
  for (const [index, child] of value.entries()) {
    const paths: SensitivePath[] = [];
    for (const { firstItems, otherItems } of here) {
      const own = firstItems[index];
      if (own === undefined) paths.push(...otherItems);
      else paths.push(own);
    }
    const shown = redact(child, paths);
    if (shown === child) continue;
    copy ??= [...value];
    copy[index] = shown;
  }
  return copy ?? value;
}

function closure(paths: readonly SensitivePath[]): ReadonlySet<SensitivePath> {
  const found = new Set(paths);
  // A set visits what is added while it is walked.
  for (const path of found) for (const other of path.same) found.add(other);
  return found;
}
