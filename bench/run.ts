import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Runs every `*.bench.ts` on Bun and on Node and keeps the figures: `bench/results/<runtime>.json`. Prints ratios. */
const folder = import.meta.dirname;
const built = join(folder, "..", ".bench");

interface Trial {
  readonly alias: string;
  readonly runs: readonly { readonly stats?: { readonly p50: number; readonly p99: number; readonly avg: number } }[];
}

interface Row {
  readonly name: string;
  readonly p50Us: number;
  readonly p99Us: number;
  /** To the case of the same group that is done by hand. */
  readonly ratio: number | undefined;
}

function measure(runtime: "bun" | "node", file: string): readonly Trial[] {
  const source = join(folder, file);
  const target = join(built, file.replace(/\.ts$/, ".mjs"));
  const command = runtime === "bun" ? ["bun", source] : ["node", "--expose-gc", target];
  if (runtime === "node") {
    spawnSync("bun", ["build", source, "--target=node", `--outfile=${target}`], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
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

function rows(trials: readonly Trial[]): readonly Row[] {
  const median = ({ runs }: Trial): number => (runs[0]?.stats?.p50 ?? Number.NaN) / 1_000;
  const group = (alias: string): string => alias.slice(0, alias.lastIndexOf(":"));
  return trials.map((trial) => {
    const baseline = trials.find(({ alias }) => group(alias) === group(trial.alias));
    const ratio = baseline === undefined || baseline === trial ? undefined : median(trial) / median(baseline);
    return { name: trial.alias, p50Us: median(trial), p99Us: (trial.runs[0]?.stats?.p99 ?? Number.NaN) / 1_000, ratio };
  });
}

const files = readdirSync(folder).filter((file) => file.endsWith(".bench.ts"));
mkdirSync(join(folder, "results"), { recursive: true });
for (const runtime of ["bun", "node"] as const) {
  const measured = files.flatMap((file) => rows(measure(runtime, file)));
  const version = spawnSync(runtime, ["--version"], { encoding: "utf8" }).stdout.trim();
  writeFileSync(
    join(folder, "results", `${runtime}.json`),
    `${JSON.stringify({ runtime, version, rows: measured }, null, 2)}\n`,
  );
  process.stdout.write(`\n${runtime} ${version}\n`);
  for (const { name, p50Us, ratio } of measured) {
    const times = ratio === undefined ? "" : `  ${ratio.toFixed(1)} x`;
    process.stdout.write(`${name.padEnd(52)} ${p50Us.toFixed(1).padStart(12)} µs${times}\n`);
  }
}
rmSync(built, { recursive: true, force: true });
