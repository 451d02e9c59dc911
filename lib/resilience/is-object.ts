/** What a value of unknown origin may hold. */
export interface Fields {
  readonly [field: string]: unknown;
}

/** Whether a value of unknown origin has fields that one may look at. Unlike `typeof`, this knows functions and null. */
export function isObject(value: unknown): value is Fields {
  return Object(value) === value;
}
