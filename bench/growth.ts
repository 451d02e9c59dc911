import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Growth } from "./growth-case.ts";
import { keep, removeBundles, runnable, type Runtime, runtimes, versionOf } from "./runtime.ts";

/**
 * How the cost of a step grows with the graph, beside an in-degree loop by hand: one process a case, so that the peak of
 * memory is its own. Only the last finished execution is kept.
 */
const shapes = ["chain", "fan-out", "dag"];
const sizes = [100, 1_000, 10_000, 100_000];
const engines = ["in-degree by hand", "orchestr8"];
const timeoutMs = 300_000;
const source = join(import.meta.dirname, "growth-case.ts");

interface Row extends Growth {
  readonly engine: string;
  readonly shape: string;
  readonly size: number;
  /** The cost of a step for that in the smallest graph. */
  readonly growth: number;
}

function measure(runtime: Runtime, file: string, args: readonly string[]): Growth | undefined {
  const { stdout, status, signal } = spawnSync(runtime, ["--expose-gc", file, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: timeoutMs,
  });
  if (status !== 0) {
    process.stderr.write(`Not measured: ${args.join(" ")} on ${runtime}: it ended with ${signal ?? status}\n`);
    return undefined;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what growth-case.ts prints
  return JSON.parse(stdout) as Growth;
}

function measureShape(runtime: Runtime, file: string, shape: string): readonly Row[] {
  const smallest = new Map<string, number>();
  // Engines in turns, so that they meet the same load of the machine.
  return sizes.flatMap((size) =>
    engines.flatMap((engine) => {
      const figures = measure(runtime, file, [engine, shape, String(size)]);
      if (figures === undefined) return [];
      if (!smallest.has(engine)) smallest.set(engine, figures.perStepUs);
      return [{ engine, shape, size, ...figures, growth: figures.perStepUs / (smallest.get(engine) ?? 1) }];
    }),
  );
}

function print({ engine, shape, size, perStepUs, peakRssMb, growth }: Row): void {
  const name = `${shape} of ${size.toLocaleString("en")}: ${engine}`;
  process.stdout.write(
    `${name.padEnd(44)} ${(perStepUs * 1_000).toFixed(0).padStart(8)} ns a step, ${growth.toFixed(2)} x the smallest, peak ${peakRssMb.toFixed(0)} MB\n`,
  );
}

for (const runtime of runtimes) {
  const file = runnable(runtime, source);
  process.stdout.write(`\ngrowth on ${runtime}\n`);
  const rows = shapes.flatMap((shape) => {
    const measured = measureShape(runtime, file, shape);
    measured.forEach(print);
    return measured;
  });
  keep(`growth.${runtime}`, { suite: "growth", runtime, version: versionOf(runtime), rows });
}
removeBundles(source);
