/** Freezes a tree of plain data in place and returns it. */
export function deepFreeze<T>(value: T): T {
  freeze(value);
  return value;
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) for (const item of value) freeze(item);
  else if (isRecord(value)) for (const key in value) freeze(value[key]);
  Object.freeze(value);
}

function isRecord(value: object): value is Readonly<Record<string, unknown>> {
  return !Array.isArray(value);
}
