import { isOrchestr8Error } from "../errors.ts";
import { isObject } from "./is-object.ts";

const counts = new WeakMap<object, number>();

/** How many calls `retry()` made before it gave up with this very error; undefined when no policy knows. */
export function attemptsOf(error: unknown): number | undefined {
  const count = isObject(error) ? counts.get(error) : undefined;
  return count ?? (isOrchestr8Error(error) ? error.attempts : undefined);
}

/** Kept beside the error, which may be frozen and belongs to somebody else. */
export function rememberAttempts(error: unknown, attempts: number): void {
  if (isObject(error)) counts.set(error, attempts);
}
