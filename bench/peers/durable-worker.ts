import { answer } from "../worker.ts";
import type { DurableEngine, Surroundings } from "./durable-engine.ts";
import { durableEngines } from "./durable-engines.ts";

/** One engine in a process of its own, for `durable.ts`: `durable-worker.ts <name> <surroundings as JSON>`. */
export interface Load {
  /** Executions at once. */
  readonly atOnce: number;
  readonly durationMs: number;
}

export interface Throughput {
  readonly perSecond: number;
  /** Of one execution. */
  readonly p50Us: number;
}

async function run(engine: DurableEngine, { atOnce, durationMs }: Load): Promise<Throughput> {
  const latencies: number[] = [];
  const start = performance.now();
  const keepRunning = async (): Promise<void> => {
    for (let now = start; now < start + durationMs;) {
      await engine.runOnce();
      const end = performance.now();
      latencies.push(end - now);
      now = end;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, keepRunning));
  const elapsedMs = performance.now() - start;
  const sorted = Float64Array.from(latencies).toSorted();
  return { perSecond: (sorted.length / elapsedMs) * 1_000, p50Us: (sorted[sorted.length >> 1] ?? Infinity) * 1_000 };
}

const [, , name = "", surroundings = ""] = process.argv;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what durable.ts gives
const place = JSON.parse(surroundings) as Surroundings;
const opening = Promise.resolve(durableEngines[name]?.()).then((open) => open?.(place));
// That it failed is the answer to the first question.
opening.catch(() => undefined);

answer(
  async (load) => {
    const engine = await opening;
    if (engine === undefined) throw new Error(`Cannot measure "${name}": no such engine`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what durable.ts asks
    return run(engine, load as Load);
  },
  async () => {
    const engine = await opening.catch(() => undefined);
    await engine?.close();
  },
);
