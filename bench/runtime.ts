import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export const runtimes = ["bun", "node"] as const;
export type Runtime = (typeof runtimes)[number];

const bundles = ".bench";

export function versionOf(runtime: Runtime): string {
  return spawnSync(runtime, ["--version"], { encoding: "utf8" }).stdout.trim();
}

/** The file as the runtime can run it: for Node a bundle, in a folder from which it finds the same packages. */
export function runnable(runtime: Runtime, file: string): string {
  if (runtime === "bun") return file;
  const folder = join(dirname(file), bundles);
  const options = ["--target=node", "--packages=external", "--splitting", `--outdir=${folder}`];
  const { status } = spawnSync("bun", ["build", file, ...options, "--entry-naming=[name].mjs"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`Cannot bundle "${file}": bun build exited with ${status}`);
  return join(folder, `${basename(file, ".ts")}.mjs`);
}

/** Removes what `runnable()` left beside the file. */
export function removeBundles(file: string): void {
  rmSync(join(dirname(file), bundles), { recursive: true, force: true });
}

/** Writes `bench/results/<name>.json`. */
export function keep(name: string, figures: unknown): void {
  const folder = join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
}
