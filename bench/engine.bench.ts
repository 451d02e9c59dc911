import { bench, do_not_optimize, run, summary } from "mitata";
import { inDegreeByHand, promisesByHand } from "./by-hand.ts";
import { graphCases, times } from "./graph-cases.ts";
import type { Visit } from "./graph.ts";
import { orchestr8 } from "./orchestr8.ts";

/**
 * What the engine costs per execution, beside the same graph by hand. Default policies, memory journal and spans are on;
 * agents do nothing, so all that shows is overhead. Beside its peers: `bench/peers/engine-peers.bench.ts`.
 */
const visit: Visit = async () => null;

for (const { name, graph, atOnce = 1 } of graphCases) {
  const byPromises = times(atOnce, promisesByHand.prepare(graph, visit));
  const byInDegree = times(atOnce, inDegreeByHand.prepare(graph, visit));
  const byEngine = times(atOnce, orchestr8.prepare(graph, visit));
  summary(() => {
    bench(`${name}: promises by hand`, async () => do_not_optimize(await byPromises())).baseline(true);
    bench(`${name}: in-degree by hand`, async () => do_not_optimize(await byInDegree()));
    bench(`${name}: orchestr8`, async () => do_not_optimize(await byEngine()));
  });
}

await run({ format: process.env["BENCH_FORMAT"] === "json" ? { json: { samples: false } } : "mitata" });
