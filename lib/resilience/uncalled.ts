import type { TimeoutError } from "../errors.ts";

const uncalled = new WeakSet<object>();

/** Notes that time ran out in line, before the operation began: the error then blames nobody. Kept beside the error. */
export function markUncalled(error: TimeoutError): void {
  uncalled.add(error);
}

/** Whether an error was marked by {@link markUncalled}. */
export function isUncalled(error: object): boolean {
  return uncalled.has(error);
}
