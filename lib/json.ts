/** A JSON document as readonly data. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. Keys are own data properties only. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A JSON Schema document, draft-07 or 2020-12. `true` accepts everything, `false` nothing. */
export type JsonSchema = JsonObject | boolean;
