import { schemasHere } from "../../lib/agents/schema-node.ts";
import { isArray, isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../../lib/json.ts";
import { union } from "./combine.ts";
import {
  absent,
  type ArrayShape,
  isNever,
  type Member,
  never,
  type ObjectShape,
  type Presence,
  type StaticType,
  unknown,
} from "./static-type.ts";

/** What reads the parts of the schema that a shape is made of. */
export interface SchemaReading {
  readonly root: JsonSchema;
  /** Whether missing properties with a default are filled in before the data is checked. */
  readonly hasDefaults: boolean;
  typeOf(schema: JsonValue | undefined): StaticType;
  /** Reads the parts that no defaults reach: alternatives, places of a tuple and keys that are not declared. */
  readonly unfilled: SchemaReading;
}

const objectKeywords = ["properties", "required", "additionalProperties", "patternProperties"];
const arrayKeywords = ["items", "prefixItems", "additionalItems", "minItems", "maxItems"];

/** What one schema object says of objects; undefined when it says nothing. */
export function schemaObject(schema: JsonObject, reading: SchemaReading): ObjectShape | undefined {
  if (!objectKeywords.some((keyword) => Object.hasOwn(schema, keyword))) return undefined;
  const declared = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  const needed = requiredIn(schema);
  const memberAt = (key: string): Member => {
    const { type, presence } = describedProperty(schema, declared, key, reading);
    if (isNever(type)) return absent;
    if (presence === "optional" && (needed.has(key) || isFilled(declared, key, reading))) {
      return { type, presence: "required" };
    }
    return { type, presence: needed.has(key) && presence !== "optional" ? "anything" : presence };
  };
  // Of declared keys alone: there is no end of others, and the schema may live as long as the process.
  const members = new Map<string, Member>();
  return {
    names: Object.keys(declared),
    required: [...needed].filter((key) => !isFilled(declared, key, reading)),
    property(key) {
      const known = members.get(key);
      if (known !== undefined) return known;
      const member = memberAt(key);
      // A schema that refers to itself tells nothing of that part while it is read.
      if (member.type !== unknown && Object.hasOwn(declared, key)) members.set(key, member);
      return member;
    },
  };
}

function describedProperty(
  { properties, patternProperties, additionalProperties }: JsonObject,
  declared: JsonObject,
  key: string,
  reading: SchemaReading,
): Member {
  if (Object.hasOwn(declared, key)) return described(reading.typeOf(declared[key]), "optional");
  if (patternProperties !== undefined) return described(unknown, "anything");
  if (additionalProperties === true) return described(unknown, "anything");
  if (additionalProperties !== undefined) return described(reading.unfilled.typeOf(additionalProperties), "optional");
  return described(unknown, properties === undefined ? "untold" : "undeclared");
}

function described(type: StaticType, presence: Presence): Member {
  return { type, presence };
}

function requiredIn({ required }: JsonObject): ReadonlySet<string> {
  const keys = required !== undefined && isArray(required) ? required : [];
  return new Set(keys.filter((key) => typeof key === "string"));
}

function isFilled(declared: JsonObject, key: string, { hasDefaults, root }: SchemaReading): boolean {
  if (!hasDefaults || !Object.hasOwn(declared, key)) return false;
  return schemasHere(declared[key], root).some((here) => here["default"] !== undefined);
}

/** What one schema object says of arrays; undefined when it says nothing, or says it in two dialects at once. */
export function schemaArray(schema: JsonObject, reading: SchemaReading): ArrayShape | undefined {
  if (!arrayKeywords.some((keyword) => Object.hasOwn(schema, keyword))) return undefined;
  const { items, prefixItems, additionalItems, minItems, maxItems } = schema;
  const isTuple = items !== undefined && isArray(items);
  if (isTuple && prefixItems !== undefined) return undefined;
  const places = isTuple ? items : prefixItems !== undefined && isArray(prefixItems) ? prefixItems : [];
  const rest = isTuple ? additionalItems : items;
  const placeType = (index: number): StaticType => reading.unfilled.typeOf(places[index]);
  const restType = (): StaticType => (isTuple ? reading.unfilled : reading).typeOf(rest);
  const lastItems = rest === false ? places.length : Infinity;
  const most = Math.min(typeof maxItems === "number" ? maxItems : Infinity, lastItems);
  return {
    minItems: typeof minItems === "number" ? minItems : 0,
    maxItems: most,
    item(index) {
      const type = index < places.length ? placeType(index) : restType();
      if (index >= most || isNever(type)) return absent;
      // How long an array is, is seldom told, so an item of the right kind counts as there.
      return { type, presence: rest === undefined && index >= places.length ? "untold" : "required" };
    },
    items: () =>
      places.map((_, index) => placeType(index)).reduce(union, lastItems > places.length ? restType() : never),
  };
}
