import process from "node:process";
import { createEngine, defineAgent, parseWorkflow } from "orchestr8";
import { createServer, listen } from "orchestr8/server";

/**
 * A server whose executions make events at a steady rate: prints its port, and for every line on its input, a number of
 * milliseconds, makes as many as it was told to for so long. Then it prints how many that were, or ends with its input.
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
  while (performance.now() - begun < ms) {
    while (made < ((performance.now() - begun) / 1_000) * perSecond) {
      const { execution } = await engine.start(workflow);
      await execution.result;
      made += execution.view().sequence;
    }
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
  return made;
}

async function report(ms: number): Promise<void> {
  const made = await make(ms);
  process.stdout.write(`${JSON.stringify({ made, rssBytes: process.memoryUsage.rss() })}\n`);
}

process.stdin.on("data", (line) => void report(Number(String(line))));
process.stdin.on("end", () => process.exit());
