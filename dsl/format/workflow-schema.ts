import { type ConversionConfig, toJsonSchema } from "@valibot/to-json-schema";
import type { JsonObject } from "../../lib/json.ts";
import { documentSchema, namedSchemas } from "../schema.ts";
import { applyDoc, applyDocs } from "./apply-doc.ts";
import { formatDocs } from "./format-docs.ts";
import { formatRules } from "./format-rules.ts";

/**
 * Where the newest published schema of version 1 of the format is. A CDN serves every file of the npm package at its path,
 * so the address needs no server of ours, and with `orchestr8@1.2.3` it names the schema of one release.
 */
export const workflowSchemaId = "https://unpkg.com/orchestr8/dist/schema/workflow.v1.json";

/**
 * The workflow file format as JSON Schema draft-07, for editors: what the checker checks of a file's shape, as far as JSON
 * Schema can say it, with descriptions, defaults, examples and snippets.
 *
 * Expressions are plain strings in it. What names mean, and whether expressions hold, only `orchestr8 validate` says.
 */
export function workflowSchema(): JsonObject {
  const { $schema, $defs = {}, ...document } = toJsonSchema(documentSchema, conversion);
  return {
    ...($schema !== undefined && { $schema }),
    $id: workflowSchemaId,
    title: "orchestr8 workflow",
    ...applyDoc(asJson(document), formatDocs["document"]),
    definitions: Object.fromEntries(
      Object.entries($defs).map(([name, schema]) => [name, definition(name, asJson(schema))]),
    ),
  };
}

/**
 * A definition with its docs and with the rules about which of its keys go together. What it is stands in a comment:
 * editors would show a description in place of that of the key which refers to it.
 */
function definition(name: string, schema: JsonObject): JsonObject {
  const { text = "", properties = {}, snippets } = formatDocs[name] ?? {};
  return {
    $comment: text,
    ...applyDocs(schema, properties),
    ...formatRules[name],
    ...(snippets !== undefined && { defaultSnippets: snippets }),
  };
}

type OverrideSchema = NonNullable<ConversionConfig["overrideSchema"]>;
type ConvertedSchema = Parameters<OverrideSchema>[0]["jsonSchema"];

const conversion: ConversionConfig = {
  target: "draft-07",
  // A strict object is a pipe that first refuses arrays; its last schema is the one with the keys.
  typeMode: "output",
  definitions: namedSchemas,
  overrideRef: ({ referenceId }) => `#/definitions/${referenceId}`,
  overrideSchema({ valibotSchema: { type }, jsonSchema }) {
    // Its metadata says what it is.
    if (type === "custom") return {};
    if (type === "union") return withoutUnionOfTypes(jsonSchema);
    return type === "strict_object" ? withoutEmptyRequired(jsonSchema) : undefined;
  },
  overrideAction({ valibotAction, jsonSchema }) {
    const { type } = valibotAction;
    // JSON has no other numbers.
    if (type === "finite") return jsonSchema;
    if (type !== "check" && type !== "regex") return undefined;
    const message = "message" in valibotAction ? String(valibotAction.message) : "another value";
    return { ...jsonSchema, errorMessage: `Must be ${message}` };
  },
};

/** Editors word "a number or text" better than "one of two schemas". */
function withoutUnionOfTypes({ anyOf = [], ...schema }: ConvertedSchema): ConvertedSchema | undefined {
  const types = anyOf.map((option) =>
    typeof option === "object" && Object.keys(option).length === 1 ? option.type : undefined,
  );
  const names = types.filter((type) => typeof type === "string");
  return names.length === types.length ? { ...schema, type: names } : undefined;
}

function withoutEmptyRequired({ required = [], ...schema }: ConvertedSchema): ConvertedSchema {
  return required.length === 0 ? schema : { ...schema, required };
}

function asJson(schema: ConvertedSchema | boolean): JsonObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the library's type of JSON Schema lacks the index signature
  return schema as JsonObject;
}
