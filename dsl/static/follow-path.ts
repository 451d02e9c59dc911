import { anyMember } from "./combine.ts";
import { isNever, kinds, type Member, type StaticType, unknown } from "./static-type.ts";

/** What a type says of a path below it. */
export type FollowedPath =
  /** `isSure` when the value is there whenever the value above is. */
  | { readonly kind: "found"; readonly type: StaticType; readonly isSure: boolean }
  /** It goes through something of which nothing is described. */
  | { readonly kind: "untold" }
  | LostPath;

export interface LostPath {
  /** Nothing can be there, or nothing says that there may be. */
  readonly kind: "excluded" | "undeclared";
  /** The index in the path of the first key that is not there. */
  readonly at: number;
  /** The keys there are instead. */
  readonly names: readonly string[];
}

const untold: FollowedPath = { kind: "untold" };

/** Follows a path through a type, from `path[from]` on. */
export function followPath(type: StaticType, path: readonly (string | number)[], from = 0): FollowedPath {
  let current = type;
  let isSure = true;
  for (let at = from; at < path.length; at++) {
    if (isNever(current) || current === unknown) return untold;
    const { type: next, presence } = memberOf(current, path[at] ?? 0);
    if (presence === "never") return { kind: "excluded", at, names: namesIn(current) };
    if (presence === "undeclared") return { kind: "undeclared", at, names: namesIn(current) };
    if (presence === "anything" || presence === "untold") return untold;
    isSure &&= presence === "required";
    current = next;
  }
  return { kind: "found", type: current, isSure };
}

/** What is under a key of an object or at an index of an array. */
export function memberOf(type: StaticType, key: string | number): Member {
  const [only] = type.objects;
  if (typeof key === "string") {
    // Almost every type on the way of a path is one kind of object.
    if (only !== undefined && type.objects.length === 1 && type.kinds === kinds.object) return only.property(key);
    const members = type.objects.map((shape) => shape.property(key));
    return anyMember(members, (type.kinds & ~kinds.object) !== 0);
  }
  const members = type.arrays.map((shape) => shape.item(key));
  return anyMember(members, (type.kinds & ~kinds.array) !== 0);
}

/** The keys that a type names. */
export function namesIn(type: StaticType): readonly string[] {
  return [...new Set(type.objects.flatMap(({ names }) => names))];
}
