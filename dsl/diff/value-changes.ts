import { isArray, isJsonObject, type JsonValue } from "../../lib/json.ts";
import { canonicalJson } from "../../lib/workflow-hash.ts";

export type ChangePath = readonly (string | number)[];

/** One place at which two documents differ. A side is undefined where it has nothing there. */
export interface ValueChange {
  readonly path: ChangePath;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/**
 * Where two JSON values differ, each place as deep as it can be told. `isGroup` says of a path that an object there only
 * groups what is in it: that it is absent means that all of it is.
 */
export function valueChanges(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: ChangePath,
  isGroup: (path: ChangePath) => boolean,
): readonly ValueChange[] {
  const isAbsentGroup = (value: JsonValue | undefined): boolean => value === undefined && isGroup(path);
  const left = isAbsentGroup(before) ? {} : before;
  const right = isAbsentGroup(after) ? {} : after;
  if (isJsonObject(left) && isJsonObject(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].flatMap((key) => valueChanges(own(left, key), own(right, key), [...path, key], isGroup));
  }
  if (isList(left) && isList(right) && left.length === right.length) {
    return left.flatMap((item, index) => valueChanges(item, right[index], [...path, index], isGroup));
  }
  return isSame(left, right) ? [] : [{ path, before: left, after: right }];
}

function own(object: { readonly [key: string]: JsonValue }, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return value !== undefined && isArray(value);
}

function isSame(before: JsonValue | undefined, after: JsonValue | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  return canonicalJson(before) === canonicalJson(after);
}
