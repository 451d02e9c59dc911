import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Runs the `*.bench.ts` files on Bun and on Node, or those of the suites that are named: `bun run bench resilience`.
 * Files of one name are one suite, and its figures are kept in `bench/results/<suite>.<runtime>.json`. Prints ratios.
 */
const folder = import.meta.dirname;
const runtimes = ["bun", "node"] as const;
type Runtime = (typeof runtimes)[number];

interface Stats {
  readonly p50: number;
  readonly p99: number;
  readonly heap?: { readonly avg?: number };
}

interface Trial {
  readonly alias: string;
  readonly runs: readonly { readonly stats?: Stats }[];
}

/** What the other cases of a group are measured against. A case is named "group: name". */
const yardsticks = ["promises by hand", "bare call", "limit by hand"];

interface Row {
  readonly name: string;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Node only: Bun's counter of the heap is too coarse. */
  readonly bytes: number | undefined;
  /** How many times the yardsticks of its group it takes. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** A bundle for Node in a folder from which it finds the same packages. */
function bundle(file: string): string {
  const target = join(folder, dirname(file), ".bench", `${basename(file, ".ts")}.mjs`);
  const options = ["--target=node", "--packages=external", `--outfile=${target}`];
  const { status } = spawnSync("bun", ["build", join(folder, file), ...options], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`Cannot bundle "${file}": bun build exited with ${status}`);
  return target;
}

function measure(runtime: Runtime, file: string): readonly Trial[] {
  const command = runtime === "bun" ? ["bun", join(folder, file)] : ["node", "--expose-gc", bundle(file)];
  const [program = "", ...args] = command;
  const { stdout, status } = spawnSync(program, args, {
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
  const measured = trials.flatMap(({ alias, runs: [run] }) => {
    const [group = "", name = ""] = alias.split(": ");
    return run?.stats === undefined ? [] : [{ alias, group, name, stats: run.stats }];
  });
  return measured.map(({ alias, group, stats }) => {
    const sameGroup = measured.filter((other) => other.group === group && other.alias !== alias);
    return {
      name: alias,
      p50Us: stats.p50 / 1_000,
      p99Us: stats.p99 / 1_000,
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

function print({ name, p50Us, bytes, ratios }: Row): void {
  const time = p50Us < 10 ? `${(p50Us * 1_000).toFixed(0)} ns` : `${p50Us.toFixed(1)} µs`;
  const times = Object.entries(ratios).map(([yardstick, ratio]) => `${ratio.toFixed(1)} x ${yardstick}`);
  const memory = bytes === undefined ? [] : [`${bytes} B`];
  process.stdout.write(`${name.padEnd(52)} ${time.padStart(12)}  ${[...memory, ...times].join(", ")}\n`);
}

const files = ["", ...(existsSync(join(folder, "peers", "node_modules")) ? ["peers"] : [])]
  .flatMap((room) => readdirSync(join(folder, room)).map((file) => join(room, file)))
  .filter((file) => file.endsWith(".bench.ts"));
const suites = new Set(files.map((file) => basename(file, ".bench.ts")));
const chosen = process.argv.length > 2 ? process.argv.slice(2) : [...suites];
if (!existsSync(join(folder, "peers", "node_modules"))) {
  process.stdout.write("Peers are not measured: they are not installed (bun install --cwd bench/peers)\n");
}
mkdirSync(join(folder, "results"), { recursive: true });
for (const suite of chosen) {
  if (!suites.has(suite)) throw new Error(`Cannot run suite "${suite}": there are ${[...suites].join(", ")}`);
  for (const runtime of runtimes) {
    const parts = files.filter((file) => basename(file, ".bench.ts") === suite);
    const measured = rows(
      runtime,
      parts.flatMap((file) => measure(runtime, file)),
    );
    const version = spawnSync(runtime, ["--version"], { encoding: "utf8" }).stdout.trim();
    writeFileSync(
      join(folder, "results", `${suite}.${runtime}.json`),
      `${JSON.stringify({ suite, runtime, version, rows: measured }, null, 2)}\n`,
    );
    process.stdout.write(`\n${suite} on ${runtime} ${version}\n`);
    measured.forEach(print);
  }
}
for (const file of files) rmSync(join(folder, dirname(file), ".bench"), { recursive: true, force: true });
