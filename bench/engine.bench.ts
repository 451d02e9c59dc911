import { bench, do_not_optimize, run, summary } from "mitata";
import { createEngine, defineAgent, type Engine, type Workflow } from "orchestr8";
import { parseWorkflow } from "orchestr8/dsl";

/**
 * What the engine costs per execution, beside hand-written promises that run the same graph. Default policies, memory
 * journal and spans are on; agents do nothing, so all that shows is overhead.
 */
const noop = defineAgent({ id: "@bench/noop", version: "1.0.0", execute: () => null });
const call = async (): Promise<null> => null;

type Sketch = readonly (readonly [id: string, dependencies: readonly string[]])[];

function workflow(sketch: Sketch): Workflow {
  const steps = sketch.map(([id, dependencies]) => ({ id, agent: { id: noop.id }, dependencies }));
  return parseWorkflow(JSON.stringify({ version: "1.0.0", metadata: { id: "bench", name: "bench" }, steps }), {
    file: "bench",
  });
}

function chain(length: number): Sketch {
  return Array.from({ length }, (_, index) => [`s${index}`, index === 0 ? [] : [`s${index - 1}`]]);
}

function fanOut(width: number): Sketch {
  const sources = Array.from({ length: width }, (_, index) => `s${index}`);
  return [...sources.map((id) => [id, []] as const), ["join", sources]];
}

async function chainByHand(length: number): Promise<void> {
  for (let index = 0; index < length; index++) await call();
}

async function fanOutByHand(width: number): Promise<void> {
  await Promise.all(Array.from({ length: width }, call));
  await call();
}

async function execute(engine: Engine, subject: Workflow): Promise<void> {
  const { execution } = await engine.start(subject);
  do_not_optimize(await execution.result);
}

function compare(name: string, byHand: () => Promise<unknown>, byEngine: () => Promise<unknown>): void {
  summary(() => {
    bench(`${name}: promises by hand`, async () => do_not_optimize(await byHand())).baseline(true);
    bench(`${name}: orchestr8`, async () => do_not_optimize(await byEngine()));
  });
}

const engine = createEngine({ agents: [noop], keepFinished: 100 });
const three = workflow(chain(3));
const hundred = workflow(chain(100));
const thousand = workflow(fanOut(1_000));
const atOnce = Array.from({ length: 1_000 });

compare(
  "chain of 3",
  () => chainByHand(3),
  () => execute(engine, three),
);
compare(
  "chain of 100",
  () => chainByHand(100),
  () => execute(engine, hundred),
);
compare(
  "fan-out of 1,000 and a join",
  () => fanOutByHand(1_000),
  () => execute(engine, thousand),
);
compare(
  "1,000 chains of 3 at once",
  () => Promise.all(atOnce.map(() => chainByHand(3))),
  () => Promise.all(atOnce.map(() => execute(engine, three))),
);

await run({ format: process.env["BENCH_FORMAT"] === "json" ? { json: { samples: false } } : "mitata" });
await engine.close();
