// Runs the engine in simulated worlds: `bun run chaos --seeds 100000 --seed 1`. Seeds that break a promise are printed, with
// what went wrong in them, and kept in corpus/seeds.txt, which every test run looks at too.
import { appendFileSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { describeFailure, runWorld } from "orchestr8/testing";

const corpus = new URL("corpus/seeds.txt", import.meta.url);
const { values } = parseArgs({ options: { seeds: { type: "string" }, seed: { type: "string" } } });
const first = numberOf("--seed", values.seed ?? "1");
const count = numberOf("--seeds", values.seeds ?? "10000");
const known = new Set(readFileSync(corpus, "utf8").split("\n"));

const began = performance.now();
let failed = 0;
for (let seed = first; seed < first + count; seed++) {
  const outcome = await runWorld(seed);
  if (outcome.recorder.violations.length > 0) {
    failed++;
    console.error(`${describeFailure(seed, outcome)}\n`);
    if (!known.has(String(seed))) appendFileSync(corpus, `${seed}\n`);
  }
  const done = seed - first + 1;
  if (done % 10_000 === 0) console.log(`${done} seeds, ${rate(done)} a second, ${failed} failed`);
}
console.log(`${count} seeds from ${first}: ${failed} failed; ${rate(count)} a second`);
process.exitCode = failed === 0 ? 0 : 1;

function rate(seeds: number): number {
  return Math.round((seeds / (performance.now() - began)) * 1_000);
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new RangeError(`Cannot run worlds: ${option} must be an integer >= 0, got "${text}"`);
}
