import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle, stackParts } from "./bundle.bun.ts";

/** What importing a part of `orchestr8/resilience` adds to a bundle, and for the stack, which file adds what. */
const results = join(import.meta.dirname, "results");

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
  stackParts,
  "*",
];

const bundles = [];
for (const part of parts) bundles.push(await bundle(part));
const sizes = bundles.map(({ part, minified, gzipped }) => ({ part, minified, gzipped }));
const files = bundles
  .filter(({ part }) => part === stackParts)
  .flatMap(({ sources }) => Array.from(sources))
  .map(([source, minified]) => ({ source, minified }))
  .toSorted((one, other) => other.minified - one.minified);
mkdirSync(results, { recursive: true });
writeFileSync(join(results, "size.json"), `${JSON.stringify({ sizes, stack: files }, null, 2)}\n`);

function line(name: string, ...figures: readonly number[]): string {
  return `${name.padEnd(44)}${figures.map((figure) => String(figure).padStart(10)).join("")}\n`;
}

process.stdout.write(`${"bytes".padEnd(44)}${"minified".padStart(10)}${"gzip -9".padStart(10)}\n`);
for (const { part, minified, gzipped } of sizes) process.stdout.write(line(part, minified, gzipped));
process.stdout.write("\nThe stack by file, minified\n");
for (const { source, minified } of files) process.stdout.write(line(source, minified));
