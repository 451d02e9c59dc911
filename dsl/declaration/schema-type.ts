import { localReference, schemasHere } from "../../lib/agents/schema-node.ts";
import { isArray, isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../../lib/json.ts";
import { isIdentifier } from "../typescript/code.ts";

/** Types that a schema refers to by name, since it may refer to itself. */
export interface NamedTypes {
  /** A type's text for each name; undefined while it is being written. */
  readonly texts: Map<string, string | undefined>;
  /** Begins every name. */
  readonly prefix: string;
}

interface Context {
  readonly root: JsonSchema;
  readonly names: NamedTypes;
  /** A value that has a default may be left out of what goes in, and is there in what comes out. */
  readonly side: "input" | "output";
}

/** The TypeScript type of the data that a JSON Schema allows. Where a schema says more than a type can, it is wider. */
export function schemaType(schema: JsonValue, context: Context): string {
  if (schema === false) return "never";
  if (!isJsonObject(schema)) return "unknown";
  const { $ref, anyOf, oneOf, allOf } = schema;
  if (typeof $ref === "string") return referenceType($ref, context);
  if (schema["const"] !== undefined) return literalType(schema["const"]);
  if (isList(schema["enum"])) return union(schema["enum"].map(literalType));
  const parts = [ownType(schema, context)];
  for (const alternatives of [anyOf, oneOf]) {
    if (isList(alternatives)) parts.push(union(alternatives.map((part) => schemaType(part, context))));
  }
  if (isList(allOf)) parts.push(...allOf.map((part) => schemaType(part, context)));
  const told = parts.filter((part) => part !== "unknown");
  return told.length === 0 ? "unknown" : told.length === 1 ? (told[0] ?? "unknown") : told.map(bracketed).join(" & ");
}

/** The type of one JSON value. */
export function literalType(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isArray(value)) return `readonly [${value.map(literalType).join(", ")}]`;
  return objectType(Object.entries(value).map(([key, member]) => ({ key, type: literalType(member) })));
}

export function union(types: readonly string[]): string {
  const members = [...new Set(types)].filter((type) => type !== "never");
  if (members.includes("unknown")) return "unknown";
  return members.length === 0 ? "never" : members.join(" | ");
}

export interface Member {
  readonly key: string;
  readonly type: string;
  readonly isOptional?: boolean;
  readonly description?: string | undefined;
}

export function objectType(members: readonly Member[], rest?: string): string {
  const lines = members.map(({ key, type, isOptional = false, description }) => {
    const name = isIdentifier(key) ? key : JSON.stringify(key);
    return `${description === undefined ? "" : `${comment(description)} `}readonly ${name}${isOptional ? "?" : ""}: ${type}`;
  });
  if (rest !== undefined) lines.push(`readonly [key: string]: ${rest}`);
  return lines.length === 0 ? "{ readonly [key: string]: never }" : `{ ${lines.join("; ")} }`;
}

export function arrayType(item: string): string {
  return `readonly ${bracketed(item)}[]`;
}

function ownType(schema: JsonObject, context: Context): string {
  const { type } = schema;
  if (isList(type)) return union(type.map((one) => typeNamed(one, schema, context)));
  if (type !== undefined) return typeNamed(type, schema, context);
  if (schema["properties"] !== undefined) return objectOf(schema, context);
  return schema["items"] === undefined && schema["prefixItems"] === undefined ? "unknown" : arrayOf(schema, context);
}

function typeNamed(type: JsonValue, schema: JsonObject, context: Context): string {
  switch (type) {
    case "string":
    case "boolean":
    case "null":
    case "number":
      return type;
    case "integer":
      return "number";
    case "array":
      return arrayOf(schema, context);
    case "object":
      return objectOf(schema, context);
    default:
      return "unknown";
  }
}

function arrayOf({ items, prefixItems }: JsonObject, context: Context): string {
  const places = isList(prefixItems) ? prefixItems : isList(items) ? items : undefined;
  if (places === undefined) return arrayType(items === undefined ? "unknown" : schemaType(items, context));
  const parts = places.map((place) => `${bracketed(schemaType(place, context))}?`);
  return `readonly [${[...parts, "...unknown[]"].join(", ")}]`;
}

/** An object that says nothing of further keys is taken to have none, so that a misspelt one is found. */
function objectOf(schema: JsonObject, context: Context): string {
  const { properties, additionalProperties, patternProperties } = schema;
  const required = isList(schema["required"]) ? schema["required"] : [];
  const members = Object.entries(isJsonObject(properties) ? properties : {}).map(([key, property]): Member => {
    const { description } = isJsonObject(property) ? property : {};
    const hasDefault = schemasHere(property, context.root).some((here) => here["default"] !== undefined);
    const isThere = required.includes(key) || (context.side === "output" && hasDefault);
    const isOptional = !isThere || (context.side === "input" && hasDefault);
    return {
      key,
      type: schemaType(property, context),
      isOptional,
      description: typeof description === "string" ? description : undefined,
    };
  });
  const isOpen = patternProperties !== undefined || additionalProperties === true || isJsonObject(additionalProperties);
  if (isOpen || (members.length === 0 && additionalProperties !== false)) {
    // Members must fit an index signature, whatever their types are.
    const rest =
      members.length === 0 && isJsonObject(additionalProperties)
        ? schemaType(additionalProperties, context)
        : "unknown";
    return objectType(members, rest);
  }
  return objectType(members);
}

function referenceType(ref: string, context: Context): string {
  const target = localReference(context.root, ref);
  if (target === undefined) return "unknown";
  const { texts, prefix } = context.names;
  const words = ref.split(/[^A-Za-z0-9]+/).filter((word) => word !== "" && word !== "definitions" && word !== "defs");
  const name = `${prefix}${words.map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join("") || "Whole"}`;
  if (!texts.has(name)) {
    texts.set(name, undefined);
    texts.set(name, schemaType(target, context));
  }
  return name;
}

function bracketed(type: string): string {
  return / [|&] /.test(type) || type.startsWith("readonly ") ? `(${type})` : type;
}

function comment(text: string): string {
  return `/** ${text.replaceAll(/\s+/g, " ").replaceAll("*/", "*\\/").trim()} */`;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return value !== undefined && isArray(value);
}
