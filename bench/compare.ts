import { getHeapStatistics } from "node:v8";
import { measure as time } from "mitata";

/** The yardsticks of a group of cases: what `bench/run.ts` gives ratios to. */
export const bareCall = "bare call";
export const limitByHand = "limit by hand";

type Call = () => Promise<unknown>;

interface Best {
  readonly alias: string;
  readonly call: Call;
  stats: { readonly p50: number; readonly p99: number };
}

const registered: Best[] = [];

/** Before the first measurement: mitata times single calls for good once it has seen a slow, that is a cold, one. */
const warmUps = 5_000;

/** Registers cases under one group, all of them warm, so that none is fast only for being first. */
export async function compare(group: string, cases: Readonly<Record<string, Call>>): Promise<void> {
  for (let round = 0; round < warmUps; round++) {
    for (const call of Object.values(cases)) await call();
  }
  for (const [name, call] of Object.entries(cases)) {
    registered.push({ alias: `${group}: ${name}`, call, stats: { p50: Infinity, p99: Infinity } });
  }
}

/**
 * Measures what is registered and prints it as mitata would for `bench/run.ts`. In short rounds, of which each case keeps
 * its best: on a machine that others use too, cases measured minutes apart would compare its load.
 */
export async function measure(rounds = 7): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const one of registered) {
      const { p50, p99 } = await time(one.call, { min_cpu_time: 6e7, batch_samples: 1_024 });
      if (p50 < one.stats.p50) one.stats = { p50, p99 };
    }
  }
  const benchmarks = [];
  for (const { alias, call, stats } of registered) {
    benchmarks.push({ alias, runs: [{ stats: { ...stats, heap: { avg: await bytesOf(call) } } }] });
  }
  process.stdout.write(`${JSON.stringify({ benchmarks }, null, 2)}\n`);
}

/** What a call leaves to the garbage collector, of V8: other counters of the heap are too coarse. */
async function bytesOf(call: Call): Promise<number | undefined> {
  if (process.versions["bun"] !== undefined || globalThis.gc === undefined) return undefined;
  const calls = 500;
  const samples: number[] = [];
  for (let sample = 0; sample < 9; sample++) {
    globalThis.gc();
    const before = getHeapStatistics().used_heap_size;
    for (let count = 0; count < calls; count++) await call();
    samples.push((getHeapStatistics().used_heap_size - before) / calls);
  }
  return samples.toSorted((one, other) => one - other)[4];
}
