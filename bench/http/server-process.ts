import process from "node:process";
import { createEngine, defineAgent } from "orchestr8";
import { createServer, listen } from "orchestr8/server";
import { Elysia } from "elysia";
import { serve } from "srvx";

/**
 * A server to be measured, in a process of its own: `echo`, Elysia alone giving a JSON body back, or `api`. Prints a line with
 * its port. For every line on its input it prints what it has used since it started; it ends with its input.
 */
const [kind = "api", maxExecutions = "10000"] = process.argv.slice(2);

const slow = defineAgent({
  id: "@bench/slow",
  version: "1.0.0",
  execute: () => new Promise((resolve) => setTimeout(resolve, 20, "done")),
});

async function startEcho(): Promise<number> {
  const app = new Elysia().post("/workflows/execute", ({ body }) => ({ body }));
  if ("bun" in process.versions) return app.listen({ port: 0, hostname: "127.0.0.1" }).server?.port ?? 0;
  const sockets = serve({
    fetch: (request) => app.fetch(request),
    port: 0,
    hostname: "127.0.0.1",
    silent: true,
    manual: true,
  });
  await sockets.serve();
  return Number(new URL(sockets.url ?? "").port);
}

async function startApi(): Promise<number> {
  const engine = createEngine({ agents: [slow], maxExecutions: Number(maxExecutions) });
  const { port } = await listen(createServer({ engine, token: false }), { port: 0 });
  return port;
}

const port = await (kind === "echo" ? startEcho() : startApi());
process.stdout.write(`${port}\n`);
process.stdin.on("data", () => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${JSON.stringify({ cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() })}\n`);
});
process.stdin.on("end", () => process.exit());
