import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keep, type Runtime, runtimes, versionOf } from "./runtime.ts";

/**
 * Whole processes of the built package beside the bare runtime: `bun run build && bun run bench:startup`. The cases take
 * turns, so that they meet the same load of the machine.
 */
const rounds = 25;
const root = join(import.meta.dirname, "..");
const main = join(root, "dist/cli/main.js");
const bare = "bare runtime";
const slice = join(root, "examples/slice/vertical-slice.o8.json");

interface Case {
  readonly args: readonly string[];
  /** Whether the folder keeps its server from round to round; else nothing has ever run in it. */
  readonly hasServer?: boolean;
}

const cases: Readonly<Record<string, Case>> = {
  [bare]: { args: ["-e", ""] },
  "--help": { args: [main, "--help"] },
  version: { args: [main, "version"] },
  "run --local": { args: [main, "run", slice, "--local"] },
  "run on a server": { args: [main, "run", slice], hasServer: true },
};

interface Row {
  readonly name: string;
  readonly medianMs: number;
  readonly bestMs: number;
  /** The median beyond that of the bare runtime. */
  readonly overMs: number;
}

const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), "o8-startup-"));

function wallMs(runtime: Runtime, args: readonly string[], cwd: string): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(runtime, args, { cwd, env: { ...process.env, CI: "" }, encoding: "utf8" });
  const tookMs = performance.now() - begun;
  if (status !== 0) throw new Error(`Cannot measure "${args.join(" ")}": it exited with ${status}\n${stderr}`);
  return tookMs;
}

function inNewFolder(measureIn: (folder: string) => number): number {
  const folder = temporaryFolder();
  try {
    return measureIn(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function measure(runtime: Runtime): readonly Row[] {
  const samples = new Map(Object.keys(cases).map((name) => [name, new Array<number>()]));
  const served = temporaryFolder();
  // The first round starts the server, fills caches of the disk, and is not counted.
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const [name, { args, hasServer = false }] of Object.entries(cases)) {
        const tookMs = hasServer
          ? wallMs(runtime, args, served)
          : inNewFolder((folder) => wallMs(runtime, args, folder));
        if (round > 0) samples.get(name)?.push(tookMs);
      }
    }
  } finally {
    wallMs(runtime, [main, "stop"], served);
    rmSync(served, { recursive: true });
  }
  const sorted = [...samples].map(([name, all]) => ({ name, all: all.toSorted((one, other) => one - other) }));
  const bareMs = median(sorted.find(({ name }) => name === bare)?.all ?? []);
  return sorted.map(({ name, all }) => ({
    name,
    medianMs: tenths(median(all)),
    bestMs: tenths(all[0] ?? Number.NaN),
    overMs: tenths(median(all) - bareMs),
  }));
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

if (!existsSync(main)) throw new Error(`Cannot measure "${main}": there is none; run "bun run build" first`);
for (const runtime of runtimes) {
  const rows = measure(runtime);
  keep(`startup.${runtime}`, { suite: "startup", runtime, version: versionOf(runtime), rounds, rows });
  process.stdout.write(`\nstart-up on ${runtime}, ms\n${"".padEnd(16)}  median    best    over the bare runtime\n`);
  for (const { name, ...figures } of rows) {
    const columns = Object.values(figures).map((ms) => ms.toFixed(1).padStart(8));
    process.stdout.write(`${name.padEnd(16)}${columns.join("")}\n`);
  }
}
