import { el } from "./dom.js";

/**
 * @typedef {object} Schema As much of JSON Schema as the API's description has.
 * @property {string} [$ref]
 * @property {string | readonly string[]} [type]
 * @property {string} [description]
 * @property {string} [format]
 * @property {readonly unknown[]} [enum]
 * @property {readonly Schema[]} [anyOf]
 * @property {Schema} [items]
 * @property {Readonly<Record<string, Schema>>} [properties]
 * @property {readonly string[]} [required]
 * @property {boolean | Schema} [additionalProperties]
 * @property {number} [minimum]
 * @property {number} [maximum]
 */

/**
 * A schema as people write types, with links to those that have a name.
 *
 * @param {Schema} schema
 * @param {string} [indent]
 * @returns {(string | Node)[]}
 */
export function schemaText(schema, indent = "") {
  if (schema.$ref !== undefined) return [linkTo(schema.$ref)];
  if (schema.enum !== undefined) return [schema.enum.map((value) => JSON.stringify(value)).join(" | ")];
  if (schema.anyOf !== undefined) {
    return schema.anyOf.flatMap((one, index) => [index === 0 ? "" : " | ", ...schemaText(one, indent)]);
  }
  if (schema.items !== undefined) return ["list of ", ...schemaText(schema.items, indent)];
  if (schema.properties !== undefined) return objectText(schema, indent);
  if (typeof schema.additionalProperties === "object") {
    return ["map of ", ...schemaText(schema.additionalProperties, indent)];
  }
  return [simpleText(schema)];
}

/**
 * The name of a reference: its last part.
 *
 * @param {string} reference
 */
export function nameOf(reference) {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

/** @param {string} reference */
function linkTo(reference) {
  const name = nameOf(reference);
  return el("a", { href: `#schema-${name}` }, name);
}

/**
 * @param {Schema} schema
 * @param {string} indent
 * @returns {(string | Node)[]}
 */
function objectText({ properties = {}, required = [] }, indent) {
  const entries = Object.entries(properties);
  if (entries.length === 0) return ["{}"];
  const inner = `${indent}  `;
  /** @type {(string | Node)[]} */
  const lines = ["{\n"];
  for (const [name, schema] of entries) {
    lines.push(`${inner}${name}${required.includes(name) ? "" : "?"}: `, ...schemaText(schema, inner));
    lines.push(schema.description === undefined ? "\n" : `  — ${schema.description}\n`);
  }
  lines.push(`${indent}}`);
  return lines;
}

/** @param {Schema} schema */
function simpleText({ type = "any JSON", format, minimum, maximum }) {
  const name = typeof type === "string" ? type : type.join(" | ");
  const range = maximum === undefined ? "" : ` ${minimum ?? 0} to ${maximum}`;
  return `${format ?? name}${range}`;
}
