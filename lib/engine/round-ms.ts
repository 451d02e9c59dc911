/** Milliseconds to the microsecond: as exact as anyone reads, and without float noise. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
