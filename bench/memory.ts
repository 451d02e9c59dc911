import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Whether calls of the stack under one long-lived signal leave anything behind: memory, listeners, timers, or a process
 * that does not end. Fails when they do.
 */
const folder = import.meta.dirname;
const source = join(folder, "memory-calls.ts");
const target = join(folder, "..", ".bench", "memory-calls.mjs");

/** What is still reachable after a collection: 300,000 calls that left 30 bytes each would be found. */
const mostHeap = 8 * 2 ** 20;
/** Memory that the runtime keeps for itself comes and goes by tens of megabytes. */
const mostRss = 128 * 2 ** 20;
/** The stack's time limit is 30 s: a timer that is left holds the process for longer than this. */
const mostRunningMs = 20_000;

interface Report {
  readonly calls: number;
  readonly rss: number;
  readonly heap: number;
  readonly mostListeners: number;
  readonly aborted: number;
  readonly open: readonly string[];
}

function watch(runtime: "bun" | "node", args: readonly string[]): Report {
  const file = runtime === "bun" ? source : target;
  const { stdout, status, signal } = spawnSync(runtime, ["--expose-gc", file, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: mostRunningMs,
  });
  if (status !== 0) throw new Error(`Cannot finish on ${runtime}: the calls ended with ${signal ?? status}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what memory-calls.ts prints
  return JSON.parse(stdout) as Report;
}

function complaints({ rss, heap, mostListeners, aborted, open }: Report): readonly string[] {
  return [
    ...(heap > mostHeap ? [`left more than ${mostHeap / 2 ** 20} MB reachable`] : []),
    ...(rss > mostRss ? [`grew by more than ${mostRss / 2 ** 20} MB`] : []),
    ...(mostListeners > 1 ? [`had ${mostListeners} listeners at once`] : []),
    ...(aborted > 0 ? [`aborted ${aborted} calls that succeeded`] : []),
    ...(open.length > 0 ? [`left ${open.join(", ")}`] : []),
  ];
}

spawnSync("bun", ["build", source, "--target=node", `--outfile=${target}`], { stdio: ["ignore", "ignore", "inherit"] });
const reports: Record<string, Report> = {};
for (const runtime of ["bun", "node"] as const) {
  for (const args of [[], ["--read-signal"]]) {
    const name = [runtime, ...args].join(" ");
    const report = watch(runtime, args);
    reports[name] = report;
    const found = complaints(report);
    const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;
    process.stdout.write(
      `${name.padEnd(20)} rss +${megabytes(report.rss)}, heap +${megabytes(report.heap)}, at most ${report.mostListeners} listener: ${found.join("; ") || "fine"}\n`,
    );
    if (found.length > 0) process.exitCode = 1;
  }
}
rmSync(target, { force: true });
mkdirSync(join(folder, "results"), { recursive: true });
writeFileSync(join(folder, "results", "memory.json"), `${JSON.stringify(reports, null, 2)}\n`);
