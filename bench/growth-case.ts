import { inDegreeByHand } from "./by-hand.ts";
import type { GraphEngine } from "./graph-engine.ts";
import { chain, fanOut, type Graph, randomDag } from "./graph.ts";
import { orchestr8That } from "./orchestr8.ts";

/** One case of `growth.ts`: `growth-case.ts <engine> <shape> <size>`. Prints one line of JSON. */
export interface Growth {
  readonly perStepUs: number;
  readonly peakRssMb: number;
}

const engines: Readonly<Record<string, GraphEngine>> = {
  "in-degree by hand": inDegreeByHand,
  orchestr8: orchestr8That({ keepsFinished: 1 }),
};
const shapes: Readonly<Record<string, (size: number) => Graph>> = { chain, "fan-out": fanOut, dag: randomDag };
/** Steps of a sample: as many in one run of a large graph as in many of a small one, garbage collection included. */
const sampleSteps = 100_000;
const warmUps = 2;
const samples = 5;

const [, , engine = "", shape = "", size = ""] = process.argv;
const graph = shapes[shape]?.(Number(size));
if (graph === undefined) throw new Error(`Cannot measure "${shape}": no such shape`);
let visits = 0;
const run = engines[engine]?.prepare(graph, async () => {
  visits++;
  return null;
});
if (run === undefined) throw new Error(`Cannot measure "${engine}": no such engine`);

let best = Infinity;
const runs = Math.ceil(sampleSteps / graph.length);
for (let sample = -warmUps; sample < samples; sample++) {
  const start = performance.now();
  for (let left = runs; left > 0; left--) await run();
  if (sample >= 0) best = Math.min(best, performance.now() - start);
}
if (visits !== (warmUps + samples) * runs * graph.length) {
  throw new Error(`Cannot measure "${engine}": not every step ran once`);
}

const growth: Growth = {
  perStepUs: (best * 1_000) / (runs * graph.length),
  peakRssMb: process.resourceUsage().maxRSS / 1_024,
};
process.stdout.write(`${JSON.stringify(growth)}\n`);
process.exit();
