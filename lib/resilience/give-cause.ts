/** Says what led to an error that does not know: makes `cause` its cause, if it can take one and that makes no circle. */
export function giveCause(error: unknown, cause: unknown): void {
  if (!(error instanceof Error) || cause === undefined) return;
  if ("cause" in error || !Object.isExtensible(error) || isInChain(error, cause)) return;
  Object.defineProperty(error, "cause", { value: cause, writable: true, configurable: true });
}

function isInChain(error: Error, first: unknown): boolean {
  const seen = new Set<unknown>();
  for (let link = first; link instanceof Error && !seen.has(link); link = link.cause) {
    if (link === error) return true;
    seen.add(link);
  }
  return false;
}
