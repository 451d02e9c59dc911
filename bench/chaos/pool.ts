/** Does all jobs, so many at a time, in their order, and gives what they came to in the same order. */
export async function inPool<T>(atOnce: number, jobs: readonly (() => Promise<T>)[]): Promise<readonly T[]> {
  const results: T[] = [];
  const waiting = jobs.entries();
  const lane = async (): Promise<void> => {
    // All lanes draw from one iterator.
    for (const [index, job] of waiting) results[index] = await job();
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}
