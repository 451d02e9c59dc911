import { isArray, type JsonValue } from "../json.ts";

/** A JSON type with its article, for messages that must not show the value. */
export function typeName(value: JsonValue): string {
  if (value === null) return "null";
  if (typeof value === "object") return isArray(value) ? "an array" : "an object";
  return `a ${typeof value}`;
}
