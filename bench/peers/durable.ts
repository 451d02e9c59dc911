import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keep, removeBundles, runnable, type Runtime, runtimes, versionOf } from "../runtime.ts";
import { Worker } from "../worker.ts";
import { durableEngines } from "./durable-engines.ts";
import type { Surroundings } from "./durable-engine.ts";
import type { Load, Throughput } from "./durable-worker.ts";
import { startPostgres } from "./postgres-server.ts";
import { startRestate } from "./restate-server.ts";
import type { ServerProcess } from "./server-process.ts";

/**
 * What a durable execution of three steps costs, beside a bare journal and beside peers, on Bun and on Node: a process
 * for each engine, asked in turns, best of some rounds. Everything it starts and writes is gone when it ends. Arguments
 * are parts of the names of those to measure, all without: `bun run bench:durable restate orchestr8`.
 */
const levels = [1, 10, 100] as const;
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const durationMs = 1_000;
const parts = process.argv.slice(2);
const names = Object.keys(durableEngines).filter(
  (name) => parts.length === 0 || parts.some((part) => name.includes(part)),
);
const workerFile = join(import.meta.dirname, "durable-worker.ts");

interface Row {
  readonly name: string;
  /** Of one execution when it is alone. */
  readonly p50Us: number;
  /** By executions at once. */
  readonly perSecond: Readonly<Record<string, number>>;
  /** Executions per second of orchestr8 for one of this engine, by durability and executions at once. */
  readonly ratios: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

type Figures = Map<number, Throughput>;

const folder = mkdtempSync(join(tmpdir(), "orchestr8-durable-"));
// PostgreSQL runs as another user, who must get through to a folder of its own.
chmodSync(folder, 0o711);
process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

function folderFor(...path: readonly string[]): string {
  const made = join(folder, ...path.map((name) => name.replaceAll(/\W+/g, "-")));
  mkdirSync(made, { recursive: true });
  return made;
}

function report(what: string): (error: unknown) => undefined {
  return (error) => void process.stderr.write(`Not measured: ${what}: ${String(error)}\n`);
}

async function measure(runtime: Runtime, surroundings: Omit<Surroundings, "folder">): Promise<Map<string, Figures>> {
  const file = runnable(runtime, workerFile);
  const workers = new Map<string, Worker>();
  const best = new Map<string, Figures>();
  try {
    for (const name of names) {
      const place: Surroundings = { ...surroundings, folder: folderFor(runtime, name) };
      const worker = new Worker(file, [name, JSON.stringify(place)], { program: runtime });
      workers.set(name, worker);
      const warmed = await ask(worker, { atOnce: 10, durationMs: 500 }).catch(report(`${name} on ${runtime}`));
      if (warmed !== undefined) best.set(name, new Map());
    }
    for (const atOnce of levels) {
      for (let round = 0; round < rounds; round++) {
        for (const [name, figures] of best) {
          const worker = workers.get(name);
          const one = worker && (await ask(worker, { atOnce, durationMs }).catch(report(`${name}, ${atOnce} at once`)));
          if (one !== undefined) figures.set(atOnce, better(figures.get(atOnce) ?? one, one));
        }
      }
    }
  } finally {
    await Promise.all([...workers.values()].map((worker) => worker.close()));
  }
  return best;
}

async function ask(worker: Worker, load: Load): Promise<Throughput> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what durable-worker.ts answers
  return (await worker.ask(load)) as Throughput;
}

function better(one: Throughput, other: Throughput): Throughput {
  return { perSecond: Math.max(one.perSecond, other.perSecond), p50Us: Math.min(one.p50Us, other.p50Us) };
}

function rowsOf(measured: ReadonlyMap<string, Figures>): readonly Row[] {
  const ours = [...measured].filter(([name]) => name.startsWith("orchestr8"));
  return [...measured].map(([name, figures]) => {
    const byLevel = (value: (atOnce: number) => number): Record<string, number> =>
      Object.fromEntries(levels.map((atOnce) => [atOnce, value(atOnce)]));
    const perSecond = (of: Figures, atOnce: number): number => of.get(atOnce)?.perSecond ?? Number.NaN;
    const ratios = ours
      .filter(([other]) => other !== name)
      .map(([other, their]) => [other, byLevel((atOnce) => perSecond(their, atOnce) / perSecond(figures, atOnce))]);
    return {
      name,
      p50Us: figures.get(1)?.p50Us ?? Number.NaN,
      perSecond: byLevel((atOnce) => perSecond(figures, atOnce)),
      ratios: Object.fromEntries(ratios),
    };
  });
}

function print({ name, p50Us, perSecond, ratios }: Row): void {
  const counts = levels.map((atOnce) =>
    Math.round(perSecond[atOnce] ?? 0)
      .toLocaleString("en")
      .padStart(9),
  );
  const last = levels.at(-1) ?? 1;
  const shares = Object.entries(ratios).map(([ours, by]) => `${ours} ${(by[last] ?? 0).toPrecision(2)} x`);
  process.stdout.write(
    `${name.padEnd(42)}${p50Us.toFixed(0).padStart(9)} µs${counts.join("")}   ${shares.join(", ")}\n`,
  );
}

const servers: ServerProcess[] = [];

async function stopServers(): Promise<void> {
  for (const server of servers.splice(0)) await server.stop();
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => void stopServers().finally(() => process.exit(1)));
}

try {
  for (const runtime of runtimes) {
    const postgres = await startPostgres(folderFor(runtime, "postgres")).catch(report("PostgreSQL"));
    const restate = await startRestate(folderFor(runtime, "restate")).catch(report("the Restate server"));
    servers.push(...[postgres, restate].filter((server) => server !== undefined));
    const rows = rowsOf(await measure(runtime, { postgresUrl: postgres?.postgresUrl, restate: restate?.restate }));
    keep(`durable.${runtime}`, { suite: "durable", runtime, version: versionOf(runtime), rows });
    process.stdout.write(
      `\ndurable on ${runtime}: p50 of one, executions/s with ${levels.join(", ")} at once; ours / this\n`,
    );
    rows.forEach(print);
    await stopServers();
  }
} finally {
  await stopServers();
  removeBundles(workerFile);
}
