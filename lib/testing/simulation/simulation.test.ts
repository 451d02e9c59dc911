import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { plantedBugs } from "./planted-bug.ts";
import { describeFailure, runWorld, traceHash } from "./run-world.ts";

const corpus = readFileSync(join(import.meta.dir, "../../../bench/corpus/seeds.txt"), "utf8")
  .split("\n")
  .filter((line) => /^\d+$/.test(line))
  .map(Number);

/** What went wrong, in the words of a report; empty when nothing did. */
async function failuresOf(seeds: Iterable<number>): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const seed of seeds) {
    const outcome = await runWorld(seed);
    if (outcome.recorder.violations.length > 0) failures.push(describeFailure(seed, outcome));
  }
  return failures;
}

function* seedsTo(last: number): Iterable<number> {
  for (let seed = 1; seed <= last; seed++) yield seed;
}

describe("the engine in simulated worlds", () => {
  test("keeps its promises where it once broke them", async () => {
    expect(await failuresOf(corpus)).toEqual([]);
  }, 60_000);

  test("keeps its promises in 10,000 of them", async () => {
    const began = performance.now();
    const failures = await failuresOf(seedsTo(10_000));
    const seconds = (performance.now() - began) / 1_000;
    console.log(`10000 worlds in ${seconds.toFixed(1)} s: ${Math.round(10_000 / seconds)} seeds per second`);
    expect(failures).toEqual([]);
  }, 600_000);

  test("does the same for the same seed", async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const hashes = [traceHash(await runWorld(seed)), traceHash(await runWorld(seed))];
      expect(hashes[0]).toBe(hashes[1] ?? "");
    }
  }, 60_000);
});

describe("a simulated world", () => {
  test.each(plantedBugs)(
    "shows within 1,000 seeds that it %s, when it does",
    async (bug) => {
      let found: number | undefined;
      for (let seed = 1; seed <= 1_000 && found === undefined; seed++) {
        const { recorder } = await runWorld(seed, { bug });
        if (recorder.violations.length > 0) found = seed;
      }
      expect(found).toBeDefined();
    },
    60_000,
  );

  test("says how to see a failure again", async () => {
    const report = describeFailure(4, await runWorld(4, { bug: "forgets-starts" }));
    expect(report).toContain("seed 4 broke");
    expect(report).toContain("again: bun run chaos --seed 4 --seeds 1");
  });
});
