/** @throws {RangeError} unless an engine's limit is an integer that is not below `minimum`. */
export function requireLimit(name: string, value: number, minimum: number): void {
  if (Number.isInteger(value) && value >= minimum) return;
  throw new RangeError(`Cannot create engine: ${name} must be an integer >= ${minimum}, got ${value}`);
}
