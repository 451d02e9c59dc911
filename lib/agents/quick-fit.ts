import { isArray, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

/** Whether a value is known to fit. False says nothing: a validator that gives reasons has to look. */
export type QuickFit = (value: unknown) => boolean;

const understood: ReadonlySet<string> = new Set(["type", "properties", "required", "additionalProperties", "items"]);

/** Keywords that ask nothing of a value, besides those of vendors, which begin with `x-`. */
const annotations: ReadonlySet<string> = new Set([
  "$schema",
  "$comment",
  "title",
  "description",
  "default",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
]);

/**
 * Knows most of the values that fit a plain schema, at a fraction of what its validator costs. Plain is one of `type`,
 * `properties`, `required`, `additionalProperties: false` and `items`; undefined for a schema that asks for anything else.
 */
export function quickFitOf(schema: JsonValue): QuickFit | undefined {
  if (!isJsonObject(schema) || !Object.keys(schema).every(isPlain)) return undefined;
  const { type } = schema;
  if (type === "object") return objectFit(schema);
  if (type === "array") return arrayFit(schema);
  return typeof type === "string" ? scalarFits.get(type) : undefined;
}

function isPlain(keyword: string): boolean {
  return understood.has(keyword) || annotations.has(keyword) || keyword.startsWith("x-");
}

const scalarFits: ReadonlyMap<string, QuickFit> = new Map<string, QuickFit>([
  ["string", (value) => typeof value === "string"],
  ["number", (value) => Number.isFinite(value)],
  ["integer", (value) => Number.isInteger(value)],
  ["boolean", (value) => typeof value === "boolean"],
  ["null", (value) => value === null],
]);

function objectFit({ properties = {}, required = [], additionalProperties }: JsonObject): QuickFit | undefined {
  const isClosed = additionalProperties === false;
  const fits = fitsOf(properties);
  if (fits === undefined || !isArray(required) || !(isClosed || additionalProperties === undefined)) return undefined;
  const names = required.map(String);
  return (value) => {
    if (!isJsonObject(value)) return false;
    for (const name of names) if (!Object.hasOwn(value, name)) return false;
    for (const name in value) {
      const fit = fits.get(name);
      if (!Object.hasOwn(value, name) || (fit === undefined ? isClosed : !fit(value[name]))) return false;
    }
    return true;
  };
}

/** Undefined when one of the properties is beyond a quick look. */
function fitsOf(properties: JsonValue): ReadonlyMap<string, QuickFit> | undefined {
  if (!isJsonObject(properties)) return undefined;
  const fits = new Map<string, QuickFit>();
  for (const [name, schema] of Object.entries(properties)) {
    const fit = loneSurrogate.test(name) ? undefined : quickFitOf(schema);
    if (fit === undefined) return undefined;
    fits.set(name, fit);
  }
  return fits;
}

/** In a name it makes the validator refuse the value. */
const loneSurrogate = /\p{Surrogate}/u;

function arrayFit({ items }: JsonObject): QuickFit | undefined {
  const fit = items === undefined ? undefined : quickFitOf(items);
  if (fit === undefined) return undefined;
  return (value) => {
    if (!Array.isArray(value)) return false;
    // Every place, also those that were never set.
    for (const item of value) if (!fit(item)) return false;
    return true;
  };
}
