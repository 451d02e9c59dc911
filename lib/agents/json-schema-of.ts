import { isJsonObject, type JsonSchema } from "../json.ts";
import type { Schema } from "./agent.ts";
import type { StandardSchema } from "./standard-schema.ts";

/** Whether a schema validates by itself, as opposed to being a JSON Schema document. Some libraries make them functions. */
export function isStandardSchema<T>(schema: Schema<T>): schema is StandardSchema<unknown, T> {
  return (typeof schema === "object" || typeof schema === "function") && "~standard" in schema;
}

/** The "Standard JSON Schema" extension, which some Standard Schemas have. */
interface JsonSchemaConverter {
  readonly version: 1;
  readonly jsonSchema?: Readonly<Record<"input" | "output", (options: { readonly target: string }) => unknown>>;
}

/**
 * The schema as a JSON Schema document of what goes in or what comes out. Undefined for a Standard Schema that cannot be
 * written as one: then it can only be asked, not read.
 */
export function jsonSchemaOf(schema: Schema, side: "input" | "output"): JsonSchema | undefined {
  if (!isStandardSchema(schema)) return schema;
  const { jsonSchema }: JsonSchemaConverter = schema["~standard"];
  try {
    const document = jsonSchema?.[side]({ target: "draft-07" });
    return isJsonObject(document) ? document : undefined;
  } catch {
    // The extension says that converters throw for what JSON Schema cannot express.
    return undefined;
  }
}
