import { measure } from "mitata";
import { graphCases, stepsOf, times } from "../graph-cases.ts";
import type { GraphEngine } from "../graph-engine.ts";
import { check, type Graph } from "../graph.ts";
import { answer, isWorker, Worker } from "../worker.ts";

/**
 * What orchestr8 and its peers cost per execution of the same graphs, in one run: a process for each engine, asked in
 * turns. Prints for `bench/run.ts`.
 */
const engines: Readonly<Record<string, () => Promise<GraphEngine>>> = {
  "promises by hand": async () => (await import("../by-hand.ts")).promisesByHand,
  "in-degree by hand": async () => (await import("../by-hand.ts")).inDegreeByHand,
  orchestr8: async () => (await import("../orchestr8.ts")).orchestr8,
  effect: async () => (await import("./effect-graph.ts")).effectGraph,
  mastra: async () => (await import("./mastra-graph.ts")).mastraGraph,
  langgraph: async () => (await import("./langgraph-graph.ts")).langGraph,
  "langgraph functional": async () => (await import("./langgraph-graph.ts")).langGraphFunctional,
};
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
/** How long a case is run for in a round, once at least. */
const measuredMs = 400;
/** How long it is run for before that: a collection that Bun is asked for throws compiled code away. */
const warmUpMs = 600;

/** Nanoseconds of a run. */
interface Stats {
  readonly p50: number;
  readonly p99: number;
}

/** Fails when the engine does not run the graph as it should. */
async function prepare(engine: GraphEngine, graph: Graph): Promise<() => Promise<unknown>> {
  await check(graph, (visit) => engine.prepare(graph, visit)());
  return engine.prepare(graph, async () => null);
}

async function serve(name: string): Promise<void> {
  const engine = await engines[name]?.();
  if (engine === undefined) throw new Error(`Cannot measure "${name}": no such engine`);
  const prepared = new Map<unknown, () => Promise<unknown>>();
  answer(async (question): Promise<Stats> => {
    const one = graphCases.find((other) => other.name === question);
    if (one === undefined) throw new Error(`Cannot measure "${name}": no such case`);
    const run = prepared.get(question) ?? times(one.atOnce ?? 1, await prepare(engine, one.graph));
    prepared.set(question, run);
    await warmUp(run);
    const { p50, p99 } = await measure(run, {
      gc: false,
      min_cpu_time: measuredMs * 1e6,
      min_samples: 1,
      batch_samples: 1_024,
    });
    return { p50, p99 };
  });
}

/** No engine pays for what it left behind before, and each has its code compiled. */
async function warmUp(run: () => Promise<unknown>): Promise<void> {
  globalThis.gc?.();
  const end = performance.now() + warmUpMs;
  do await run();
  while (performance.now() < end);
}

async function compare(): Promise<void> {
  const workers = new Map(Object.keys(engines).map((name) => [name, new Worker(import.meta.filename, [name])]));
  const benchmarks = [];
  for (const one of graphCases) {
    const best = new Map<string, Stats>();
    for (let round = 0; round < rounds; round++) {
      for (const [name, worker] of workers) {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what serve() answers
        const stats = (await worker.ask(one.name).catch(report(`${one.name}: ${name}`))) as Stats | undefined;
        if (stats !== undefined && stats.p50 < (best.get(name)?.p50 ?? Infinity)) best.set(name, stats);
      }
    }
    for (const [name, stats] of best) {
      benchmarks.push({ alias: `${one.name}: ${name}`, steps: stepsOf(one), runs: [{ stats }] });
    }
  }
  for (const worker of workers.values()) await worker.close();
  process.stdout.write(`${JSON.stringify({ benchmarks }, null, 2)}\n`);
}

function report(what: string): (error: unknown) => undefined {
  return (error) => void process.stderr.write(`Not measured: ${what}: ${String(error)}\n`);
}

if (isWorker()) await serve(process.argv[2] ?? "");
else await compare();
