/** Which run of a step with `repeat` this is, 1-based. Its key says so: from the second run on it ends with `~<run>`. */
export function roundOf(idempotencyKey: string): number {
  return Number(/~(\d+)$/.exec(idempotencyKey)?.[1] ?? 1);
}
