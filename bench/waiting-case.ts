import { createEngine, type Engine } from "orchestr8";
import { parseWorkflow } from "orchestr8/dsl";

/** One case of `waiting.ts`: `waiting-case.ts <count>`. Prints one line of JSON. */
export interface Waiting {
  readonly count: number;
  /** Resident, after a collection. */
  readonly bytesEach: number;
  readonly startMs: number;
}

/** Starts executions that wait for a signal, and resolves once all do. */
async function startWaiting(count: number): Promise<Engine> {
  const engine = createEngine({ maxExecutions: count });
  const workflow = parseWorkflow(
    JSON.stringify({
      version: "1.0.0",
      metadata: { id: "waiting", name: "Waiting" },
      steps: [{ id: "approval", wait: { signal: "approve" } }],
    }),
    { file: "waiting" },
  );
  for (let started = 0; started < count; started++) {
    const { execution } = await engine.start(workflow);
    if (execution.status !== "waiting") throw new Error(`Cannot measure what waits: it is ${execution.status}`);
  }
  return engine;
}

function residentAfterCollection(): number {
  // One collection frees what the one before it made unreachable.
  for (let pass = 0; pass < 3; pass++) globalThis.gc?.();
  return process.memoryUsage.rss();
}

const count = Number(process.argv[2]);
const before = residentAfterCollection();
const start = performance.now();
const engine = await startWaiting(count);
const startMs = performance.now() - start;
const bytesEach = (residentAfterCollection() - before) / count;
const waiting: Waiting = { count, bytesEach, startMs };
process.stdout.write(`${JSON.stringify(waiting)}\n`);
if (engine.load().executions !== count) throw new Error("Cannot measure what waits: some executions ended");
process.exit();
