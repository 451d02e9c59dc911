/** The kinds of JSON value, as bits. Whole numbers and others are two kinds, because JSON Schema tells them apart. */
export const kinds = { null: 1, boolean: 2, integer: 4, fraction: 8, string: 16, array: 32, object: 64 } as const;
export const numberKinds = kinds.integer | kinds.fraction;
export const scalarKinds = kinds.boolean | numberKinds | kinds.string;
const allKinds = kinds.null | scalarKinds | kinds.array | kinds.object;

export type Scalar = boolean | number | string;

/**
 * What is known of a value before the run: an upper bound of what it may be. Every operation keeps that promise, so what a
 * type rules out never happens; where something is not told, or would take long to tell, the type is wider.
 */
export interface StaticType {
  readonly kinds: number;
  /** When told, every boolean, number and string is one of these. */
  readonly scalars: readonly Scalar[] | undefined;
  /** Each array has one of these shapes. */
  readonly arrays: readonly ArrayShape[];
  /** Each object has one of these shapes. */
  readonly objects: readonly ObjectShape[];
}

/** What is known of an object. Asked key by key, so a schema that refers to itself costs no more than is asked of it. */
export interface ObjectShape {
  /** The keys it names, whether or not others may be there too. */
  readonly names: readonly string[];
  /** Keys without which it is no such object. */
  readonly required: readonly string[];
  property(key: string): Member;
}

/** What is known of an array. */
export interface ArrayShape {
  readonly minItems: number;
  readonly maxItems: number;
  item(index: number): Member;
  /** What any of its items may be. */
  items(): StaticType;
}

/** What is under one key. */
export interface Member {
  readonly type: StaticType;
  readonly presence: Presence;
}

/**
 * How surely something is there, the strongest statement first:
 * - `never`: it cannot be there;
 * - `required`: it is there;
 * - `optional`: it is described and may be missing;
 * - `anything`: it is said that there may be anything;
 * - `undeclared`: others are described and nothing is said of this one;
 * - `untold`: nothing is described.
 */
export const presences = ["never", "required", "optional", "anything", "undeclared", "untold"] as const;
export type Presence = (typeof presences)[number];

export const anyObject: ObjectShape = {
  names: [],
  required: [],
  property: () => ({ type: unknown, presence: "untold" }),
};

export const anyArray: ArrayShape = {
  minItems: 0,
  maxItems: Infinity,
  item: () => ({ type: unknown, presence: "untold" }),
  items: () => unknown,
};

/** No value at all. */
export const never: StaticType = { kinds: 0, scalars: undefined, arrays: [], objects: [] };
/** Any value: nothing is known, so nothing can be wrong. */
export const unknown: StaticType = { kinds: allKinds, scalars: undefined, arrays: [anyArray], objects: [anyObject] };
export const absent: Member = { type: never, presence: "never" };

export const nullType = ofKinds(kinds.null);
export const booleanType = ofKinds(kinds.boolean);
export const stringType = ofKinds(kinds.string);
export const integerType = ofKinds(kinds.integer);

/** Any value of these kinds. */
export function ofKinds(mask: number): StaticType {
  return restrict(unknown, mask);
}

export function scalarType(...scalars: readonly Scalar[]): StaticType {
  return { ...never, kinds: kindsOf(scalars), scalars };
}

export function arrayType(shape: ArrayShape): StaticType {
  return { ...never, kinds: kinds.array, arrays: [shape] };
}

export function objectType(shape: ObjectShape): StaticType {
  return { ...never, kinds: kinds.object, objects: [shape] };
}

export function isNever(type: StaticType): boolean {
  return type.kinds === 0;
}

/** The part of a type that has one of these kinds. */
export function restrict(type: StaticType, mask: number): StaticType {
  const left = type.kinds & mask;
  if (left === type.kinds) return type;
  return {
    kinds: left,
    scalars: type.scalars?.filter((scalar) => (kindOf(scalar) & left) !== 0),
    arrays: (left & kinds.array) === 0 ? [] : type.arrays,
    objects: (left & kinds.object) === 0 ? [] : type.objects,
  };
}

export function kindOf(scalar: Scalar): number {
  if (typeof scalar === "string") return kinds.string;
  if (typeof scalar === "boolean") return kinds.boolean;
  return Number.isInteger(scalar) ? kinds.integer : kinds.fraction;
}

export function kindsOf(scalars: readonly Scalar[]): number {
  return scalars.reduce<number>((known, scalar) => known | kindOf(scalar), 0);
}
