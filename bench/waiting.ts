import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { keep, removeBundles, runnable, type Runtime, runtimes, versionOf } from "./runtime.ts";
import type { Waiting } from "./waiting-case.ts";

/** What an execution that waits keeps resident: a process for each count of them. */
const counts = [1_000, 10_000, 100_000];
const source = join(import.meta.dirname, "waiting-case.ts");

function measure(runtime: Runtime, file: string, count: number): Waiting | undefined {
  const { stdout, status, signal } = spawnSync(runtime, ["--expose-gc", file, String(count)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 120_000,
  });
  if (status !== 0) {
    process.stderr.write(`Not measured: ${count} on ${runtime}: it ended with ${signal ?? status}\n`);
    return undefined;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what waiting-case.ts prints
  return JSON.parse(stdout) as Waiting;
}

for (const runtime of runtimes) {
  const file = runnable(runtime, source);
  const rows = counts.flatMap((count) => measure(runtime, file, count) ?? []);
  keep(`waiting.${runtime}`, { suite: "waiting", runtime, version: versionOf(runtime), rows });
  process.stdout.write(`\nwaiting on ${runtime}\n`);
  for (const { count, bytesEach, startMs } of rows) {
    const each = `${Math.round(bytesEach).toLocaleString("en")} bytes each`;
    process.stdout.write(
      `${count.toLocaleString("en").padStart(8)} ${each.padStart(20)}, all started in ${startMs.toFixed(0)} ms\n`,
    );
  }
}
removeBundles(source);
