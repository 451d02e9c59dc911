import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { bytesBySource, type SourceMap } from "./source-map.ts";

/** What importing a part of `orchestr8/resilience` adds to a bundle, and for the stack, which file adds what. */
const root = resolve(import.meta.dirname, "..");
const built = join(root, ".bench", "size");
const results = join(import.meta.dirname, "results");
const stack = "retry, circuitBreaker, timeout, compose";

const parts = [
  "retry",
  "adaptiveRetryBudget",
  "circuitBreaker",
  "circuitBreakers",
  "timeout",
  "deadline",
  "bulkhead",
  "adaptiveConcurrency",
  "rateLimiter",
  "fallback",
  "hedge",
  "compose",
  stack,
  "*",
];

interface Size {
  readonly part: string;
  readonly minified: number;
  readonly gzipped: number;
}

interface Bundle extends Size {
  /** Minified bytes by source file. */
  readonly sources: ReadonlyMap<string, number>;
}

function bundle(part: string): Bundle {
  const entry = join(built, "entry.ts");
  const outfile = join(built, "entry.js");
  writeFileSync(
    entry,
    part === "*" ? `export * from "orchestr8/resilience";` : `export { ${part} } from "orchestr8/resilience";`,
  );
  const { status, stderr } = spawnSync(
    "bun",
    ["build", entry, "--minify", "--target=node", "--sourcemap=external", `--outdir=${built}`],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`Cannot bundle "${part}": ${stderr}`);
  const code = readFileSync(outfile, "utf8");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a source map, version 3
  const map = JSON.parse(readFileSync(`${outfile}.map`, "utf8")) as SourceMap;
  return {
    part,
    minified: Buffer.byteLength(code),
    gzipped: gzipSync(code, { level: 9 }).length,
    sources: bytesBySource(code, map),
  };
}

mkdirSync(built, { recursive: true });
mkdirSync(results, { recursive: true });
const bundles = parts.map(bundle);
const sizes: readonly Size[] = bundles.map(({ part, minified, gzipped }) => ({ part, minified, gzipped }));
const files = bundles
  .filter(({ part }) => part === stack)
  .flatMap(({ sources }) => Array.from(sources))
  .map(([source, minified]) => ({ source: relative(root, resolve(built, source)), minified }))
  .toSorted((one, other) => other.minified - one.minified);
rmSync(built, { recursive: true, force: true });
writeFileSync(join(results, "size.json"), `${JSON.stringify({ sizes, stack: files }, null, 2)}\n`);

function line(name: string, ...figures: readonly number[]): string {
  return `${name.padEnd(44)}${figures.map((figure) => String(figure).padStart(10)).join("")}\n`;
}

process.stdout.write(`${"bytes".padEnd(44)}${"minified".padStart(10)}${"gzip -9".padStart(10)}\n`);
for (const { part, minified, gzipped } of sizes) process.stdout.write(line(part, minified, gzipped));
process.stdout.write("\nThe stack by file, minified\n");
for (const { source, minified } of files) process.stdout.write(line(source, minified));
