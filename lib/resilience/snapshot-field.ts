/** The error for a field that must be `wanted`. It never holds what was found there. */
export type BadField = (field: string, wanted: string) => TypeError;

/** Whether data of unknown origin has fields that one may look at. */
export function isObject(data: unknown): data is object {
  return typeof data === "object" && data !== null;
}

/** Whether data of unknown origin is an integer from 0 on. */
export function isWhole(data: unknown): data is number {
  return Number.isSafeInteger(data) && Number(data) >= 0;
}
