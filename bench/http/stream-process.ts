import process from "node:process";
import { setImmediate, setTimeout } from "node:timers/promises";
import { createEngine, defineAgent, parseWorkflow } from "orchestr8";
import { createServer, listen } from "orchestr8/server";

/**
 * A server whose executions make events at a steady rate: prints its port, and for every line on its input, a number of
 * milliseconds, makes as many as it was told to for so long. Then it prints how many that were, in which time and with how
 * much memory, or ends with its input. A 0 asks for the time of its processor so far.
 */
const perSecond = Number(process.argv[2] ?? "10000");
const tickMs = 5;

const tick = defineAgent({ id: "@bench/tick", version: "1.0.0", execute: () => "tick" });
const stepCount = 50;
const workflow = parseWorkflow(
  JSON.stringify({
    version: "1.0.0",
    metadata: { id: "ticks", name: "Ticks" },
    steps: Array.from({ length: stepCount }, (_, index) => ({
      id: `s${index}`,
      agent: { id: "@bench/tick" },
      input: {},
      ...(index > 0 && { dependencies: [`s${index - 1}`] }),
    })),
  }),
);

const engine = createEngine({ agents: [tick], keepFinished: 10 });
const { port } = await listen(createServer({ engine, token: false }), { port: 0 });
process.stdout.write(`${port}\n`);

/** Starts as many executions as keep up with the rate. */
async function make(ms: number): Promise<number> {
  const begun = performance.now();
  let made = 0;
  const elapsedMs = (): number => performance.now() - begun;
  while (elapsedMs() < ms) {
    while (elapsedMs() < ms && made < (elapsedMs() / 1_000) * perSecond) {
      const { execution } = await engine.start(workflow);
      await execution.result;
      made += execution.view().sequence;
      // Like a request between two executions: sockets get their turn, also where this falls behind.
      await setImmediate();
    }
    await setTimeout(tickMs);
  }
  return made;
}

async function report(ms: number): Promise<void> {
  const begun = performance.now();
  const made = await make(ms);
  const tookMs = performance.now() - begun;
  process.stdout.write(`${JSON.stringify({ made, tookMs, rssBytes: process.memoryUsage.rss() })}\n`);
}

/** Of the whole process, in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

process.stdin.on("data", (line) => {
  const ms = Number(String(line));
  if (ms > 0) void report(ms);
  else process.stdout.write(`${JSON.stringify({ cpuMs: cpuMs() })}\n`);
});
process.stdin.on("end", () => process.exit());
