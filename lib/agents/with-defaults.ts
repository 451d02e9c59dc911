import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../json.ts";
import { ValidationError } from "../errors.ts";
import { schemasHere } from "./schema-node.ts";

/** Data is not nested deeper, so what is has no end. */
const maxDepth = 512;

/**
 * The value with every missing property that has a `default` in its object schema, nested in objects, arrays and defaults
 * too. The same value when nothing was missing. An object that is itself missing and has no default is not invented, and what
 * only an alternative says (`anyOf`, `oneOf`, `if`) is left to the caller.
 *
 * @throws {ValidationError} when the defaults have no end: parts of the schema that fill each other's objects anew.
 */
export function withDefaults(schema: JsonSchema, value: JsonValue): JsonValue;
export function withDefaults(schema: JsonSchema, value: unknown): unknown;
export function withDefaults(schema: JsonSchema, value: unknown): unknown {
  return new Defaults(schema).fill(schema, value);
}

/** The defaults of one schema. */
class Defaults {
  readonly #root: JsonSchema;
  /** Defaults with theirs filled in, by the schema that has them: each once, so that no schema makes this take long. */
  readonly #filled = new Map<JsonObject, JsonValue | undefined>();

  #depth = 0;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  fill(schema: JsonValue | undefined, value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (++this.#depth > maxDepth) throw endless();
    const result = schemasHere(schema, this.#root).reduce<unknown>((filled, here) => {
      if (Array.isArray(filled)) return this.#array(here, filled);
      return isJsonObject(filled) ? this.#object(here, filled) : filled;
    }, value);
    this.#depth--;
    return result;
  }

  #object(schema: JsonObject, value: JsonObject): unknown {
    const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
    const { additionalProperties, patternProperties } = schema;
    let copy: Record<string, unknown> | undefined;
    const set = (key: string, next: unknown): void => {
      copy ??= { ...value };
      copy[key] = next;
    };
    for (const [key, property] of Object.entries(properties)) {
      // Assigning it would change the copy's prototype.
      if (key === "__proto__") continue;
      const current = Object.hasOwn(value, key) ? value[key] : undefined;
      const next = current === undefined ? this.#defaultOf(property) : this.fill(property, current);
      if (next !== undefined && next !== current) set(key, next);
    }
    // Which patterns a key matches decides whether it is an additional one.
    if (!isJsonObject(additionalProperties) || patternProperties !== undefined) return copy ?? value;
    for (const [key, current] of Object.entries(value)) {
      if (Object.hasOwn(properties, key) || key === "__proto__") continue;
      const next = this.fill(additionalProperties, current);
      if (next !== current) set(key, next);
    }
    return copy ?? value;
  }

  #array(schema: JsonObject, value: readonly unknown[]): unknown {
    const { items, prefixItems } = schema;
    const first = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : [];
    const others = Array.isArray(items) ? schema["additionalItems"] : items;
    const filled = value.map((item, index) => this.fill(index < first.length ? first[index] : others, item));
    return filled.some((item, index) => item !== value[index]) ? filled : value;
  }

  #defaultOf(schema: JsonValue): JsonValue | undefined {
    for (const here of schemasHere(schema, this.#root)) {
      if (here["default"] !== undefined) return this.#filledDefault(here, here["default"], schema);
    }
    return undefined;
  }

  /** A default inside of itself, in a schema that refers to itself, is left out. */
  #filledDefault(owner: JsonObject, given: JsonValue, schema: JsonValue): JsonValue | undefined {
    if (this.#filled.has(owner)) return this.#filled.get(owner);
    this.#filled.set(owner, undefined);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON that is filled with JSON stays JSON
    const filled = this.fill(schema, given) as JsonValue;
    this.#filled.set(owner, filled);
    return filled;
  }
}

function endless(): ValidationError {
  return new ValidationError("Cannot fill in the defaults of a schema: they have no end");
}
