import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";
import type { Schema } from "../lib/agents/agent.ts";
import { isStandardSchema, jsonSchemaOf } from "../lib/agents/json-schema-of.ts";
import type { JsonObject, JsonSchema } from "../lib/json.ts";

/**
 * What callers pass to a workflow, as the JSON Schema that stands in its AST and that every run is checked with, however
 * it was started.
 *
 * @throws {TypeError} for a schema that JSON Schema cannot express: a transformation, say, or one from a library that does
 * not write JSON Schema. Checking less than the author wrote would be worse than refusing it.
 */
export function inputSchema(schema: Schema, workflowId: string): JsonSchema {
  return writtenSchema(schema, `Cannot define workflow "${workflowId}": its input schema`);
}

/**
 * A schema as JSON Schema, on the side that is given to it. A copy, so that freezing the workflow leaves the caller's as it
 * is. `subject` starts the message of a failure.
 *
 * @throws {TypeError} as {@link inputSchema} does.
 */
export function writtenSchema(schema: Schema, subject: string): JsonSchema {
  const document = isValibot(schema) ? fromValibot(schema, subject) : jsonSchemaOf(schema, "input");
  if (document !== undefined) return structuredClone(document);
  throw new TypeError(`${subject} cannot be written as JSON Schema; give a JSON Schema`);
}

function isValibot(schema: Schema): schema is GenericSchema & Schema {
  return isStandardSchema(schema) && schema["~standard"].vendor === "valibot";
}

function fromValibot(schema: GenericSchema, subject: string): JsonSchema {
  try {
    const { $schema: _, ...document } = toJsonSchema(schema, {
      target: "draft-07",
      typeMode: "input",
      errorMode: "throw",
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the library's type of JSON Schema lacks the index signature
    return document as JsonObject;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "valibot gave no reason";
    throw new TypeError(`${subject} is no JSON Schema: ${reason}`, { cause });
  }
}
