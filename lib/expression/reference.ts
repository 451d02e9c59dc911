import { isArray, type JsonValue } from "../json.ts";
import type { Reference } from "../workflow.ts";

const identifier = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** A reference as the language writes it, such as `steps.fetch.output.items[0]`. */
export function referenceText(reference: Reference): string {
  return `${reference.root}${keysText(reference.path)}`;
}

/** A path into a document in the same way, such as `steps.fetch.input["a b"]`. */
export function pathText([root = "", ...keys]: readonly (string | number)[]): string {
  return `${root}${keysText(keys)}`;
}

function keysText(keys: readonly (string | number)[]): string {
  return keys
    .map((key) => {
      if (typeof key === "number") return `[${key}]`;
      return identifier.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    })
    .join("");
}

/**
 * The value at `path` below `value`, or undefined. Only own properties of objects and integer indexes of arrays are
 * followed, so no prototype, getter or function can be reached.
 */
export function valueAt(
  value: JsonValue | undefined,
  path: readonly (string | number)[],
  from = 0,
): JsonValue | undefined {
  let current = value;
  for (let index = from; index < path.length; index++) {
    if (typeof current !== "object" || current === null) return undefined;
    const key = path[index];
    if (isArray(current)) current = typeof key === "number" ? current[key] : undefined;
    else current = typeof key === "string" && Object.hasOwn(current, key) ? current[key] : undefined;
  }
  return current;
}
