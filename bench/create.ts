import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keep, type Runtime, runtimes, versionOf } from "./runtime.ts";

/** What creating a project takes, as whole processes beside the bare runtime: `bun run build && bun run bench:create`. */
const rounds = 25;
const main = join(import.meta.dirname, "../templates/dist/main.js");
const cases: Readonly<Record<string, readonly string[]>> = {
  "bare runtime": ["-e", ""],
  "create-orchestr8 my-app": [main, "my-app"],
};

function wallMs(runtime: Runtime, args: readonly string[]): number {
  const cwd = mkdtempSync(join(tmpdir(), "o8-create-"));
  try {
    const begun = performance.now();
    const { status, stderr } = spawnSync(runtime, args, { cwd, encoding: "utf8" });
    const tookMs = performance.now() - begun;
    if (status !== 0) throw new Error(`Cannot measure "${args.join(" ")}": it exited with ${status}\n${stderr}`);
    return tookMs;
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

function measure(runtime: Runtime) {
  const samples = new Map(Object.keys(cases).map((name) => [name, new Array<number>()]));
  // In turns, so that all meet the same load; the first round fills the disk's caches and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, args] of Object.entries(cases)) {
      const tookMs = wallMs(runtime, args);
      if (round > 0) samples.get(name)?.push(Math.round(tookMs * 10) / 10);
    }
  }
  return [...samples].map(([name, all]) => {
    const sorted = all.toSorted((one, other) => one - other);
    return { name, bestMs: sorted[0], medianMs: sorted[Math.floor(rounds / 2)], worstMs: sorted.at(-1) };
  });
}

if (!existsSync(main)) throw new Error(`Cannot measure "${main}": there is none; run "bun run build" first`);
for (const runtime of runtimes) {
  const rows = measure(runtime);
  keep(`create.${runtime}`, { suite: "create", runtime, version: versionOf(runtime), rounds, rows });
  process.stdout.write(`\non ${runtime}, ms${"best".padStart(26 - runtime.length)}  median   worst\n`);
  for (const { name, ...figures } of rows) {
    const columns = Object.values(figures).map((ms = Number.NaN) => ms.toFixed(1).padStart(8));
    process.stdout.write(`${name.padEnd(26)}${columns.join("")}\n`);
  }
}
