import { usageError } from "./cli-error.ts";

/** The integer that a flag names, if it was given. */
export function readInteger(flag: string, text: string | undefined, minimum: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= minimum) return value;
  throw usageError(`Cannot use "--${flag}": it must be an integer >= ${minimum}`);
}
