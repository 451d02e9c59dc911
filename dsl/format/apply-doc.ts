import { isArray, isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { DetailedDoc, Doc, Docs } from "./doc.ts";

/** The JSON Schema of a value with its doc, in the keywords that editors know. */
export function applyDoc(schema: JsonObject, doc: Doc | undefined): JsonObject {
  if (doc === undefined) return schema;
  if (typeof doc === "string") return { ...description(doc), ...schema };
  const { text, default: usual, examples, values = {}, snippets, properties = {} } = doc;
  return {
    ...description(usual === undefined ? text : `${text} Default: \`${JSON.stringify(usual)}\`.`),
    ...applyDocs(describeValues(schema, values), properties),
    ...(usual !== undefined && { default: usual }),
    ...(examples !== undefined && { examples }),
    ...(snippets !== undefined && { defaultSnippets: snippets }),
  };
}

/** As {@link applyDoc}, for each key of an object, also where the object is one of several things that may stand there. */
export function applyDocs(schema: JsonObject, docs: Docs): JsonObject {
  const { properties, anyOf } = schema;
  const described = isJsonObject(properties)
    ? Object.entries(properties).map(([key, property]): readonly [string, JsonValue] => [
        key,
        isJsonObject(property) ? applyDoc(property, docs[key]) : property,
      ])
    : undefined;
  return {
    ...schema,
    ...(described !== undefined && { properties: Object.fromEntries(described) }),
    ...(anyOf !== undefined && { anyOf: eachObject(anyOf, (option) => applyDocs(option, docs)) }),
  };
}

/** Every editor shows `description`, as plain text; VS Code prefers Markdown where there is some. */
function description(text: string): JsonObject {
  return text.includes("`") ? { description: plain(text), markdownDescription: text } : { description: text };
}

/** Says what each value of a list means: the value's own list, that of an array's items, or one of several things'. */
function describeValues(schema: JsonObject, values: NonNullable<DetailedDoc["values"]>): JsonObject {
  const { enum: list, items, anyOf } = schema;
  if (isJsonObject(items)) return { ...schema, items: describeValues(items, values) };
  if (anyOf !== undefined) return { ...schema, anyOf: eachObject(anyOf, (option) => describeValues(option, values)) };
  const texts = textsIn(list).map((value) => values[value] ?? "");
  if (texts.every((text) => text === "")) return schema;
  return { ...schema, enumDescriptions: texts.map(plain), markdownEnumDescriptions: texts };
}

function textsIn(list: JsonValue | undefined): readonly string[] {
  return typeof list === "object" && list !== null && isArray(list)
    ? list.filter((value) => typeof value === "string")
    : [];
}

function eachObject(schemas: JsonValue, change: (schema: JsonObject) => JsonObject): JsonValue {
  if (typeof schemas !== "object" || schemas === null || !isArray(schemas)) return schemas;
  return schemas.map((schema) => (isJsonObject(schema) ? change(schema) : schema));
}

function plain(markdown: string): string {
  return markdown.replaceAll("`", "");
}
