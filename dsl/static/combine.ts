import {
  absent,
  anyArray,
  anyObject,
  type ArrayShape,
  isNever,
  kindOf,
  kinds,
  kindsOf,
  type Member,
  type ObjectShape,
  presences,
  type Scalar,
  scalarKinds,
  type StaticType,
  unknown,
} from "./static-type.ts";

const maxScalars = 64;
const maxShapes = 16;

/** A value of one type or of the other. */
export function union(left: StaticType, right: StaticType): StaticType {
  if (left === right || isNever(right)) return left;
  if (isNever(left)) return right;
  return {
    kinds: left.kinds | right.kinds,
    scalars: unitedScalars(left, right),
    arrays: unitedShapes(left.arrays, right.arrays, anyArray),
    objects: unitedShapes(left.objects, right.objects, anyObject),
  };
}

/** A value that is of both types. Whether there is one deep inside is not looked for: `overlaps` does that. */
export function intersect(left: StaticType, right: StaticType): StaticType {
  if (left === right || right === unknown) return left;
  if (left === unknown) return right;
  const both = left.kinds & right.kinds;
  const scalars = commonScalars(left, right)?.filter((scalar) => (kindOf(scalar) & both) !== 0);
  const mask = scalars === undefined ? both : both & (kindsOf(scalars) | ~scalarKinds);
  return {
    kinds: mask,
    scalars,
    arrays: (mask & kinds.array) === 0 ? [] : pairs(left.arrays, right.arrays, bothArrays),
    objects: (mask & kinds.object) === 0 ? [] : pairs(left.objects, right.objects, bothObjects),
  };
}

/** What is under a key of a value that has one of several shapes, or none of them when `mayBeOther`. */
export function anyMember(members: readonly Member[], mayBeOther: boolean): Member {
  const there = members.filter(({ presence }) => presence !== "never");
  if (there.length === 0) return absent;
  const type = there.map((member) => member.type).reduce(union);
  const all = new Set(there.map(({ presence }) => presence));
  if (all.has("anything") || all.has("untold")) return { type, presence: "anything" };
  if (all.has("undeclared") && all.size === 1) return { type, presence: "undeclared" };
  const isSure = all.has("required") && all.size === 1 && there.length === members.length && !mayBeOther;
  return { type, presence: isSure ? "required" : "optional" };
}

function bothObjects(left: ObjectShape, right: ObjectShape): ObjectShape {
  if (left === right || right === anyObject) return left;
  if (left === anyObject) return right;
  return {
    names: merged(left.names, right.names),
    required: merged(left.required, right.required),
    property: (key) => bothMembers(left.property(key), right.property(key)),
  };
}

function bothArrays(left: ArrayShape, right: ArrayShape): ArrayShape {
  if (left === right || right === anyArray) return left;
  if (left === anyArray) return right;
  return {
    minItems: Math.max(left.minItems, right.minItems),
    maxItems: Math.min(left.maxItems, right.maxItems),
    item: (index) => bothMembers(left.item(index), right.item(index)),
    items: () => intersect(left.items(), right.items()),
  };
}

function bothMembers(left: Member, right: Member): Member {
  const type = intersect(left.type, right.type);
  if (isNever(type)) return absent;
  const stronger = Math.min(presences.indexOf(left.presence), presences.indexOf(right.presence));
  return { type, presence: presences[stronger] ?? "untold" };
}

function unitedScalars(left: StaticType, right: StaticType): readonly Scalar[] | undefined {
  const [first, second] = [scalarsOf(left), scalarsOf(right)];
  if (first === undefined || second === undefined) return undefined;
  const united = new Set([...first, ...second]);
  return united.size > maxScalars ? undefined : [...united];
}

function scalarsOf(type: StaticType): readonly Scalar[] | undefined {
  return (type.kinds & scalarKinds) === 0 ? [] : type.scalars;
}

function commonScalars(left: StaticType, right: StaticType): readonly Scalar[] | undefined {
  if (left.scalars === undefined || right.scalars === undefined) return left.scalars ?? right.scalars;
  const allowed = new Set(right.scalars);
  return left.scalars.filter((scalar) => allowed.has(scalar));
}

function unitedShapes<Shape>(left: readonly Shape[], right: readonly Shape[], any: Shape): readonly Shape[] {
  if (right.length === 0) return left;
  if (left.length === 0) return right;
  const united = new Set([...left, ...right]);
  return united.size > maxShapes || united.has(any) ? [any] : [...united];
}

/** Of too many pairs only one side is kept: wider, and still true. */
function pairs<Shape>(
  left: readonly Shape[],
  right: readonly Shape[],
  both: (left: Shape, right: Shape) => Shape,
): readonly Shape[] {
  if (left.length * right.length > maxShapes) return left.length <= right.length ? left : right;
  return left.flatMap((one) => right.map((other) => both(one, other)));
}

function merged(left: readonly string[], right: readonly string[]): readonly string[] {
  if (right.length === 0) return left;
  return left.length === 0 ? right : [...new Set([...left, ...right])];
}
