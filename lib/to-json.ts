import { InvalidValueError } from "./errors.ts";
import type { JsonValue } from "./json.ts";

/** Deeper data would overflow the stack of a later `JSON.stringify` on Node. */
const maxDepth = 512;

/** JSON data together with a lower bound of its size. */
export interface SizedJson {
  readonly value: JsonValue;
  /** UTF-16 units of the JSON text, about. UTF-8 bytes are at least this many and at most three times as many. */
  readonly size: number;
}

/**
 * A frozen copy of `value` as JSON would hold it, so that whoever made it cannot change it afterwards. Undefined becomes
 * null at the top and is left out of objects; `toJSON` is honoured.
 *
 * @throws {InvalidValueError} for what JSON cannot hold (functions, symbols, bigints, NaN, cycles, a `__proto__` key) and
 * for more than `maxSize` UTF-16 units.
 */
export function toJson(value: unknown, maxSize: number): SizedJson {
  const copy = new JsonCopy(maxSize);
  const result = copy.of(value, 0);
  return { value: result, size: copy.size };
}

class JsonCopy {
  size = 0;
  readonly #maxSize: number;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  of(value: unknown, depth: number): JsonValue {
    switch (typeof value) {
      case "string":
        this.#grow(value.length + 2);
        return value;
      case "number":
        if (!Number.isFinite(value)) throw notJson(`the number ${value}`);
        this.#grow(8);
        // JSON has no negative zero.
        return value + 0;
      case "boolean":
        this.#grow(5);
        return value;
      case "undefined":
        this.#grow(4);
        return null;
      case "object":
        if (value !== null) return this.#ofObject(value, depth);
        this.#grow(4);
        return null;
      default:
        throw notJson(`a ${typeof value}`);
    }
  }

  #ofObject(value: object, depth: number): JsonValue {
    if (depth > maxDepth) throw notJson(`data nested deeper than ${maxDepth} levels, or a cycle`);
    if ("toJSON" in value && typeof value.toJSON === "function") return this.of(value.toJSON(), depth + 1);
    this.#grow(2);
    if (Array.isArray(value)) return this.#ofArray(value, depth);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) throw notJson(`a ${className(value)}`);
    return this.#ofRecord(value, depth);
  }

  #ofArray(items: readonly unknown[], depth: number): JsonValue {
    const copy: JsonValue[] = [];
    for (const item of items) {
      this.#grow(1);
      copy.push(this.of(item, depth + 1));
    }
    return Object.freeze(copy);
  }

  #ofRecord(record: object, depth: number): JsonValue {
    const copy: Record<string, JsonValue> = {};
    for (const key of Object.keys(record)) {
      const item: unknown = Reflect.get(record, key);
      if (key === "__proto__") throw notJson(`an object with the key "__proto__"`);
      if (item === undefined) continue;
      this.#grow(key.length + 4);
      copy[key] = this.of(item, depth + 1);
    }
    return Object.freeze(copy);
  }

  #grow(units: number): void {
    this.size += units;
    if (this.size > this.#maxSize) {
      throw new InvalidValueError(
        "VALUE_TOO_LARGE",
        `Cannot keep a value as JSON: it is larger than ${this.#maxSize} characters`,
      );
    }
  }
}

function className(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" ? name : "class instance";
}

function notJson(what: string): InvalidValueError {
  return new InvalidValueError("VALUE_NOT_JSON", `Cannot keep a value as JSON: it holds ${what}`);
}
