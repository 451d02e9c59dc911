import {
  type ArrayShape,
  isNever,
  kindOf,
  kinds,
  type ObjectShape,
  type Scalar,
  scalarKinds,
  type StaticType,
} from "./static-type.ts";

/** Pairs of types looked at for one answer. Beyond it the answer is "perhaps". */
const maxPairs = 1_000;
const maxDepth = 16;

/** Whether a value may be of both types. False is certain; true only says that nothing was found against it. */
export function overlaps(left: StaticType, right: StaticType): boolean {
  return new Comparison().types(left, right, 0);
}

class Comparison {
  #pairs = 0;

  types(left: StaticType, right: StaticType, depth: number): boolean {
    if (left === right) return !isNever(left);
    const both = left.kinds & right.kinds;
    if (both === 0) return false;
    if ((both & kinds.null) !== 0 || ++this.#pairs > maxPairs || depth > maxDepth) return true;
    if ((both & scalarKinds) !== 0 && sharesScalar(left, right, both)) return true;
    return (
      ((both & kinds.array) !== 0 && somePair(left.arrays, right.arrays, (a, b) => this.#arrays(a, b, depth + 1))) ||
      ((both & kinds.object) !== 0 && somePair(left.objects, right.objects, (a, b) => this.#objects(a, b, depth + 1)))
    );
  }

  /** Only items that must be there can keep two arrays apart: the empty array has every type of item. */
  #arrays(left: ArrayShape, right: ArrayShape, depth: number): boolean {
    const least = Math.max(left.minItems, right.minItems);
    if (least > Math.min(left.maxItems, right.maxItems)) return false;
    for (let index = 0; index < least && this.#pairs <= maxPairs; index++) {
      if (!this.types(left.item(index).type, right.item(index).type, depth)) return false;
    }
    return true;
  }

  #objects(left: ObjectShape, right: ObjectShape, depth: number): boolean {
    return [left, right].every((shape) =>
      shape.required.every(
        (key) => this.#pairs > maxPairs || this.types(left.property(key).type, right.property(key).type, depth),
      ),
    );
  }
}

function sharesScalar(left: StaticType, right: StaticType, both: number): boolean {
  const listed = left.scalars ?? right.scalars;
  if (listed === undefined) return true;
  const fits = ({ scalars }: StaticType, scalar: Scalar): boolean => scalars === undefined || scalars.includes(scalar);
  return listed.some((scalar) => (kindOf(scalar) & both) !== 0 && fits(left, scalar) && fits(right, scalar));
}

function somePair<Shape>(
  left: readonly Shape[],
  right: readonly Shape[],
  meets: (left: Shape, right: Shape) => boolean,
): boolean {
  return left.some((one) => right.some((other) => meets(one, other)));
}
