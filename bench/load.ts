import { join } from "node:path";
import autocannon from "autocannon";
import { type MeasuredServer, startServer } from "./http/measured-server.ts";
import { keep, removeBundles, runnable, type Runtime, runtimes, versionOf } from "./runtime.ts";

/**
 * `POST /workflows/execute` of a one-step workflow, with the journal in memory, beside Elysia alone giving the same body
 * back; then five times what the queue holds, at once: `bun run bench:load`.
 *
 * Rounds of the two alternate and the median counts, because other work on the machine hits both. Where the callers, a
 * process on the same machine, take longer for a request than the bare server does, they hold that one back alone. The
 * share by the processor's time is what there would be left without them, and steadier: who else was running does not count.
 */
const rounds = 5;
const connections = 50;
const roundSeconds = 3;
/** Before anything is measured: until then the code is being compiled. */
const warmUp = 10_000;
const source = join(import.meta.dirname, "http/server-process.ts");

const body = JSON.stringify({
  workflow: {
    version: "1.0.0",
    metadata: { id: "hello", name: "Hello" },
    steps: [{ id: "hi", agent: { id: "@orchestr8/hello-world" }, input: { message: "Hi" } }],
  },
});

interface Round {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the server, for one request. */
  readonly cpuMicros: number;
}

async function round(
  server: MeasuredServer,
  length: { readonly amount: number } | { readonly duration: number },
): Promise<Round> {
  const before = await server.used();
  const { requests, latency, duration, non2xx, errors } = await autocannon({
    url: `${server.url}/workflows/execute`,
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    connections,
    ...length,
  });
  if (non2xx + errors > 0) throw new Error(`Cannot measure "${server.url}": ${non2xx} refused, ${errors} failed`);
  const { cpuMs } = await server.used();
  return {
    perSecond: requests.total / duration,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    cpuMicros: ((cpuMs - before.cpuMs) * 1_000) / requests.total,
  };
}

function median(all: readonly Round[]): Round {
  const of = (pick: (round: Round) => number): number => {
    const sorted = all.map(pick).toSorted((left, right) => left - right);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  };
  return {
    perSecond: of((one) => one.perSecond),
    p50Ms: of((one) => one.p50Ms),
    p99Ms: of((one) => one.p99Ms),
    cpuMicros: of((one) => one.cpuMicros),
  };
}

async function compare(runtime: Runtime, file: string): Promise<{ readonly echo: Round; readonly api: Round }> {
  await using echo = await startServer(runtime, file, ["echo"]);
  await using api = await startServer(runtime, file, ["api"]);
  const figures: { readonly echo: Round[]; readonly api: Round[] } = { echo: [], api: [] };
  for (const server of [echo, api]) await round(server, { amount: warmUp });
  for (let count = 0; count < rounds; count++) {
    figures.echo.push(await round(echo, { duration: roundSeconds }));
    figures.api.push(await round(api, { duration: roundSeconds }));
  }
  return { echo: median(figures.echo), api: median(figures.api) };
}

/** What the server takes at once in the second part, and how many times that callers try. */
const queue = 200;
const times = 5;

interface Overload {
  readonly accepted: number;
  readonly refused: number;
  /** Of the accepted ones. */
  readonly completed: number;
  readonly rssMiB: { readonly before: number; readonly after: number };
}

/** Five times as many callers as there is room for, over and over: each is taken and served, or told to come again. */
async function overload(runtime: Runtime, file: string): Promise<Overload> {
  await using server = await startServer(runtime, file, ["api", String(queue)]);
  const before = await server.used();
  const result = await autocannon({
    url: `${server.url}/workflows/execute`,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: body.replace("@orchestr8/hello-world", "@bench/slow"),
    connections: queue * times,
    amount: 20_000,
    // Seconds. A thousand callers that come at once are a crowd for two cores.
    timeout: 60,
  });
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(new RegExp(`^orchestr8_${name} (\\d+)$`, "m").exec(text)?.[1]);
  };
  while ((await metric("executions_unfinished")) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const after = await server.used();
  return {
    accepted: result["2xx"],
    refused: result["4xx"],
    completed: await metric('executions_total\\{outcome="completed"\\}'),
    rssMiB: { before: before.rssBytes / 1_048_576, after: after.rssBytes / 1_048_576 },
  };
}

function line(name: string, { perSecond, p50Ms, p99Ms, cpuMicros }: Round): string {
  return `${name.padEnd(28)}${Math.round(perSecond).toLocaleString("en").padStart(8)}/s  p50 ${p50Ms} ms  p99 ${p99Ms} ms  ${cpuMicros.toFixed(0)} µs of processor each\n`;
}

for (const runtime of runtimes) {
  const file = runnable(runtime, source);
  const { echo, api } = await compare(runtime, file);
  const share = api.perSecond / echo.perSecond;
  const cpuShare = echo.cpuMicros / api.cpuMicros;
  const full = await overload(runtime, file);
  const version = versionOf(runtime);
  keep(`load.${runtime}`, { suite: "load", runtime, version, connections, echo, api, share, cpuShare, overload: full });
  process.stdout.write(`\nload on ${runtime}, ${connections} connections\n`);
  process.stdout.write(line("Elysia, JSON back", echo) + line("POST /workflows/execute", api));
  process.stdout.write(
    `${(100 * share).toFixed(0)} % of it, p99 ${(api.p99Ms / echo.p99Ms).toFixed(1)} times; ` +
      `${(100 * cpuShare).toFixed(0)} % by the processor's time\n`,
  );
  const { accepted, refused, completed, rssMiB } = full;
  process.stdout.write(
    `${times} times a queue of ${queue}: ${accepted} taken, ${refused} told to come again, ${completed} completed; ` +
      `${rssMiB.before.toFixed(0)} MiB before, ${rssMiB.after.toFixed(0)} MiB after\n`,
  );
}
removeBundles(source);
