/** A JSON document as readonly data. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. Keys are own data properties only. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A JSON Schema document, draft-07 or 2020-12. `true` accepts everything, `false` nothing. */
export type JsonSchema = JsonObject | boolean;

/** Whether a JSON value is an array. `Array.isArray` does not narrow readonly ones. */
export function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Whether a JSON value is an object, as opposed to an array, a scalar or null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
