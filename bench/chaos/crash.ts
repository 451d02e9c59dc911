import { parseArgs } from "node:util";
import type { CrashCount } from "./crash-lane.ts";
import { crashLine, crashTable, enumerateCrashes } from "./enumerate.ts";
import { Programs, runtimes } from "./program.ts";
import { killAtRandom } from "./random-kills.ts";
import { stallOwners } from "./stall.ts";

/**
 * Kills workers for as long as it is told to, and prints what came of it: `bun run chaos:crash --second 50 --random 2000
 * --stalls 20`. The recovery of the first `second` points of each shape is killed in turn, at a write that moves on
 * from point to point, or with `--every` at each of its writes, which takes hours; `random` processes are killed at any
 * time; `stalls` owners are stopped for longer than their lease, and go on when another one has taken over.
 */
const { values } = parseArgs({
  options: {
    second: { type: "string", default: "50" },
    every: { type: "boolean", default: false },
    random: { type: "string", default: "2000" },
    stalls: { type: "string", default: "10" },
    at: { type: "string", default: "2" },
  },
});
const atOnce = Number(values.at);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

using programs = new Programs();
const workers = runtimes.map((runtime) => programs.build("worker", runtime));
const defects: string[] = [];

if (Number(values.second) > 0) {
  const secondKills = (point: number) =>
    point < Number(values.second) ? (values.every ? ("all" as const) : ("one" as const)) : [];
  // It takes long, so each line is shown when it is known.
  const onCount = (count: CrashCount): void => print(crashLine(count));
  const counts = await enumerateCrashes({ programs: workers, secondKills, atOnce, onCount });
  print(`\n${crashTable(counts)}`);
  defects.push(...counts.flatMap((count) => count.defects));
}

if (Number(values.random) > 0) {
  const random = await killAtRandom(workers, Number(values.random), atOnce);
  print(`${random.kills} kills at random times, ${random.executions} executions came to their right end`);
  defects.push(...random.defects);
}

if (Number(values.stalls) > 0) {
  const stalls = await stallOwners(workers, Number(values.stalls));
  print(`${stalls.fenced} of ${stalls.stalls} owners that were stopped for longer than their lease were fenced`);
  defects.push(...stalls.defects);
}

for (const defect of defects) print(defect);
process.exitCode = defects.length === 0 ? 0 : 1;
