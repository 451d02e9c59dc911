import { nameOf } from "./schema-text.js";

/** @import { Schema } from "./schema-text.js" */

/** Examples of what has no shape in the description, by the names under which it stands there. */
const known = {
  WorkflowDocument: {
    version: "1.0.0",
    metadata: { id: "hi", name: "Hi" },
    steps: [{ id: "greet", agent: { id: "@orchestr8/hello-world" }, input: { message: "Hello" } }],
  },
};

/**
 * A value that fits a schema. Of an object it has what is required; where nothing is, the first of its members.
 *
 * @param {Schema} schema
 * @param {Readonly<Record<string, Schema>>} named
 * @returns {unknown}
 */
export function exampleOf(schema, named) {
  if (schema.$ref !== undefined) {
    const name = nameOf(schema.$ref);
    return name === "WorkflowDocument" ? known[name] : exampleOf(named[name] ?? {}, named);
  }
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf?.[0] !== undefined) return exampleOf(schema.anyOf[0], named);
  if (schema.properties !== undefined) {
    const { properties, required = [] } = schema;
    const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1);
    return Object.fromEntries(names.map((name) => [name, exampleOf(properties[name] ?? {}, named)]));
  }
  if (schema.items !== undefined) return [exampleOf(schema.items, named)];
  if (schema.type === "string") return schema.format === "date-time" ? "2026-03-01T09:00:00.000Z" : "text";
  if (schema.type === "integer" || schema.type === "number") return schema.minimum ?? 0;
  if (schema.type === "boolean") return true;
  return {};
}
