import { isArray, type JsonValue } from "../../lib/json.ts";
import { union } from "./combine.ts";
import {
  absent,
  arrayType,
  type Member,
  never,
  nullType,
  objectType,
  scalarType,
  type StaticType,
} from "./static-type.ts";

/** The type of which a constant is the only value. */
export function valueType(value: JsonValue): StaticType {
  if (value === null) return nullType;
  if (typeof value !== "object") return scalarType(value);
  if (isArray(value)) return listType(value.length, (index) => valueType(value[index] ?? null));
  return recordType(Object.keys(value), (key) => valueType(value[key] ?? null));
}

/** Arrays of exactly this length. `typeAt` is asked for indexes below it. */
export function listType(length: number, typeAt: (index: number) => StaticType): StaticType {
  let items: StaticType | undefined;
  return arrayType({
    minItems: length,
    maxItems: length,
    item: (index) => (index >= 0 && index < length ? present(typeAt(index)) : absent),
    items: () => (items ??= Array.from({ length }, (_, index) => typeAt(index)).reduce(union, never)),
  });
}

/** Objects of exactly these keys. `typeAt` is asked for these only. */
export function recordType(keys: readonly string[], typeAt: (key: string) => StaticType): StaticType {
  const known = new Map<string, Member | undefined>(keys.map((key) => [key, undefined]));
  const property = (key: string): Member => {
    if (!known.has(key)) return absent;
    const member = known.get(key) ?? present(typeAt(key));
    known.set(key, member);
    return member;
  };
  return objectType({ names: keys, required: keys, property });
}

function present(type: StaticType): Member {
  return { type, presence: "required" };
}
