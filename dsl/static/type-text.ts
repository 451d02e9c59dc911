import { kinds, numberKinds, type StaticType } from "./static-type.ts";

const words: readonly (readonly [mask: number, word: string])[] = [
  [kinds.string, "string"],
  [numberKinds, "number"],
  [kinds.boolean, "boolean"],
  [kinds.array, "array"],
  [kinds.object, "object"],
  [kinds.null, "null"],
];

/** The kinds of a type in words, such as `string or null`. Values are not shown: they may be secret. */
export function typeText({ kinds: mask }: StaticType): string {
  const present = words
    .filter(([kind]) => (mask & kind) !== 0)
    .map(([kind, word]) => (kind === numberKinds && (mask & kind) === kinds.integer ? "integer" : word));
  return present.length === 0 ? "nothing" : present.join(" or ");
}

/** As {@link typeText}, with the few values that a schema allows. */
export function wantedText(type: StaticType): string {
  const { scalars } = type;
  const isFew = scalars !== undefined && scalars.length > 0 && scalars.length <= 5;
  if (!isFew || (type.kinds & (kinds.array | kinds.object)) !== 0) return typeText(type);
  return scalars.map((scalar) => JSON.stringify(scalar)).join(" or ");
}
