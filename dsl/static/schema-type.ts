import { ignoresBesideRef } from "../../lib/agents/json-schema.ts";
import { localReference } from "../../lib/agents/schema-node.ts";
import { isArray, isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../../lib/json.ts";
import { intersect, union } from "./combine.ts";
import { schemaArray, schemaObject, type SchemaReading } from "./schema-shapes.ts";
import { anyArray, anyObject, kinds, never, numberKinds, type StaticType, unknown } from "./static-type.ts";
import { valueType } from "./value-type.ts";

/** Whether the defaults of a schema are filled in before data is checked with it: in what goes in, not in what comes out. */
export type SchemaSide = "in" | "out";

/** More members of one keyword, and deeper chains of references, are not looked at. */
const maxMembers = 256;
const maxDepth = 64;

const documents = { in: new WeakMap<JsonObject, SchemaDocument>(), out: new WeakMap<JsonObject, SchemaDocument>() };

/** The types that the parts of a schema describe. Each part is read once, however often and by whomever it is asked for. */
export function schemaDocument(root: JsonSchema, side: SchemaSide): SchemaDocument {
  if (!isJsonObject(root)) return new SchemaDocument(root, side);
  let document = documents[side].get(root);
  if (document === undefined) {
    document = new SchemaDocument(root, side);
    documents[side].set(root, document);
  }
  return document;
}

/** What fits a schema. Keywords that are not understood only make it wider. */
export function schemaType(root: JsonSchema, side: SchemaSide): StaticType {
  return schemaDocument(root, side).typeOf(root);
}

export class SchemaDocument implements SchemaReading {
  readonly root: JsonSchema;
  readonly hasDefaults: boolean;
  readonly #types = new Map<JsonObject, StaticType>();
  #depth = 0;

  constructor(root: JsonSchema, side: SchemaSide) {
    this.root = root;
    this.hasDefaults = side === "in";
  }

  get unfilled(): SchemaDocument {
    return this.hasDefaults ? schemaDocument(this.root, "out") : this;
  }

  typeOf(schema: JsonValue | undefined): StaticType {
    if (schema === false) return never;
    if (!isJsonObject(schema) || this.#depth > maxDepth) return unknown;
    const known = this.#types.get(schema);
    if (known !== undefined) return known;
    // What a schema says of itself at the same place adds nothing.
    this.#types.set(schema, unknown);
    this.#depth++;
    const type = this.#read(schema);
    this.#depth--;
    this.#types.set(schema, type);
    return type;
  }

  #read(schema: JsonObject): StaticType {
    const { $id, id, $ref, allOf, anyOf, oneOf } = schema;
    // References inside it start from another root.
    if (schema !== this.root && (typeof $id === "string" || typeof id === "string")) return unknown;
    const referred = typeof $ref === "string" ? this.typeOf(localReference(this.root, $ref)) : unknown;
    if ($ref !== undefined && ignoresBesideRef(this.root)) return referred;
    let type = intersect(this.#ownType(schema), referred);
    for (const member of membersOf(allOf)) type = intersect(type, this.typeOf(member));
    for (const choice of [anyOf, oneOf]) {
      const members = membersOf(choice);
      if (members.length > 0)
        type = intersect(type, members.map((member) => this.unfilled.typeOf(member)).reduce(union));
    }
    return type;
  }

  #ownType(schema: JsonObject): StaticType {
    const mask = kindsIn(schema);
    const type: StaticType = {
      kinds: mask,
      scalars: undefined,
      arrays: (mask & kinds.array) === 0 ? [] : [schemaArray(schema, this) ?? anyArray],
      objects: (mask & kinds.object) === 0 ? [] : [schemaObject(schema, this) ?? anyObject],
    };
    const values = Object.hasOwn(schema, "const") ? [schema["const"] ?? null] : schema["enum"];
    if (!isListOfValues(values) || values.length > maxMembers) return type;
    return intersect(type, values.map(valueType).reduce(union, never));
  }
}

function isListOfValues(value: JsonValue | readonly JsonValue[] | undefined): value is readonly JsonValue[] {
  return value !== undefined && isArray(value);
}

/** Too many alternatives are no statement, and too many demands are fewer demands: `[]` stands for both. */
function membersOf(value: JsonValue | undefined): readonly JsonValue[] {
  return value !== undefined && isArray(value) && value.length <= maxMembers ? value : [];
}

const kindsByName: ReadonlyMap<JsonValue, number> = new Map<JsonValue, number>([
  ["null", kinds.null],
  ["boolean", kinds.boolean],
  ["integer", kinds.integer],
  ["number", numberKinds],
  ["string", kinds.string],
  ["array", kinds.array],
  ["object", kinds.object],
]);

/** `nullable` is OpenAPI's; validators ignore it, and taking it at its word is the wider reading. */
function kindsIn({ type, nullable }: JsonObject): number {
  if (type === undefined) return unknown.kinds;
  const names = isArray(type) ? type : [type];
  const mask = names.reduce<number>((known, name) => known | (kindsByName.get(name) ?? unknown.kinds), 0);
  return nullable === true ? mask | kinds.null : mask;
}
