import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { keep, removeBundles, runnable, type Runtime, runtimes, versionOf } from "./runtime.ts";

/**
 * Runs the `*.bench.ts` files on Bun and on Node, or those of the suites that are named: `bun run bench resilience`.
 * Files of one name are one suite, and its figures are kept in `bench/results/<suite>.<runtime>.json`. Prints ratios.
 */
const folder = import.meta.dirname;

interface Stats {
  readonly p50: number;
  readonly p99: number;
  readonly heap?: { readonly avg?: number };
}

interface Trial {
  readonly alias: string;
  /** In one run, where a run has steps. */
  readonly steps?: number;
  readonly runs: readonly { readonly stats?: Stats }[];
}

/** What the other cases of a group are measured against. A case is named "group: name". */
const yardsticks = [
  "JSON.parse and valibot",
  "promises by hand",
  "in-degree by hand",
  "bare call",
  "limit by hand",
  "orchestr8",
];

interface Row {
  readonly name: string;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly perStepUs: number | undefined;
  /** Node only: Bun's counter of the heap is too coarse. */
  readonly bytes: number | undefined;
  /** How many times the yardsticks of its group it takes. */
  readonly ratios: Readonly<Record<string, number>>;
}

function measure(runtime: Runtime, file: string): readonly Trial[] {
  const { stdout, status } = spawnSync(runtime, ["--expose-gc", runnable(runtime, join(folder, file))], {
    encoding: "utf8",
    env: { ...process.env, BENCH_FORMAT: "json" },
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`Cannot measure "${file}" on ${runtime}: it exited with ${status}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- mitata's own format
  return (JSON.parse(stdout) as { benchmarks: readonly Trial[] }).benchmarks;
}

function rows(runtime: Runtime, trials: readonly Trial[]): readonly Row[] {
  const measured = trials.flatMap(({ alias, steps, runs: [run] }) => {
    const [group = "", name = ""] = alias.split(": ");
    return run?.stats === undefined ? [] : [{ alias, steps, group, name, stats: run.stats }];
  });
  return measured.map(({ alias, steps, group, stats }) => {
    const sameGroup = measured.filter((other) => other.group === group && other.alias !== alias);
    return {
      name: alias,
      p50Us: stats.p50 / 1_000,
      p99Us: stats.p99 / 1_000,
      perStepUs: steps === undefined ? undefined : stats.p50 / 1_000 / steps,
      bytes: runtime === "node" && stats.heap?.avg !== undefined ? Math.round(stats.heap.avg) : undefined,
      ratios: Object.fromEntries(
        yardsticks.flatMap((name) => {
          const yardstick = sameGroup.find((other) => other.name === name);
          return yardstick === undefined ? [] : [[name, stats.p50 / yardstick.stats.p50]];
        }),
      ),
    };
  });
}

function print({ name, p50Us, perStepUs, bytes, ratios }: Row): void {
  const times = Object.entries(ratios).map(
    ([yardstick, ratio]) => `${ratio < 1 ? ratio.toPrecision(1) : ratio.toFixed(1)} x ${yardstick}`,
  );
  const perStep = perStepUs === undefined ? [] : [`${shown(perStepUs)} a step`];
  const memory = bytes === undefined ? [] : [`${bytes} B`];
  process.stdout.write(
    `${name.padEnd(52)} ${shown(p50Us).padStart(12)}  ${[...perStep, ...memory, ...times].join(", ")}\n`,
  );
}

function shown(us: number): string {
  return us < 10 ? `${(us * 1_000).toFixed(0)} ns` : `${us.toFixed(1)} µs`;
}

const files = ["", ...(existsSync(join(folder, "peers", "node_modules")) ? ["peers"] : [])]
  .flatMap((room) => readdirSync(join(folder, room)).map((file) => join(room, file)))
  .filter((file) => file.endsWith(".bench.ts"));
const suites = new Set(files.map((file) => basename(file, ".bench.ts")));
const chosen = process.argv.length > 2 ? process.argv.slice(2) : [...suites];
if (!existsSync(join(folder, "peers", "node_modules"))) {
  process.stdout.write("Peers are not measured: they are not installed (bun install --cwd bench/peers)\n");
}
for (const suite of chosen) {
  if (!suites.has(suite)) throw new Error(`Cannot run suite "${suite}": there are ${[...suites].join(", ")}`);
  for (const runtime of runtimes) {
    const parts = files.filter((file) => basename(file, ".bench.ts") === suite);
    const measured = rows(
      runtime,
      parts.flatMap((file) => measure(runtime, file)),
    );
    const version = versionOf(runtime);
    keep(`${suite}.${runtime}`, { suite, runtime, version, rows: measured });
    process.stdout.write(`\n${suite} on ${runtime} ${version}\n`);
    measured.forEach(print);
  }
}
for (const file of files) removeBundles(join(folder, file));
