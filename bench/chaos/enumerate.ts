import { type CrashCount, CrashLane, type CrashOptions } from "./crash-lane.ts";
import { inPool } from "./pool.ts";
import type { Program } from "./program.ts";
import { type ShapeName, shapeNames } from "./shapes.ts";
import { Workshop } from "./workshop.ts";

export interface Enumeration extends CrashOptions {
  readonly programs: readonly Program[];
  readonly shapes?: readonly ShapeName[];
  readonly atOnce?: number;
  readonly onCount?: (count: CrashCount) => void;
}

/** Kills every shape on every program at every write of its journal. */
export async function enumerateCrashes(options: Enumeration): Promise<readonly CrashCount[]> {
  const { programs, shapes = shapeNames, atOnce = 2 } = options;
  using workshop = await Workshop.open();
  const lanes = programs.flatMap((program) => shapes.map((shape) => new CrashLane(program, shape, workshop, options)));
  return await inPool(
    atOnce,
    lanes.map((lane) => async () => {
      const count = await lane.run();
      options.onCount?.(count);
      return count;
    }),
  );
}

/** One line a shape and runtime, and the sum. */
export function crashTable(counts: readonly CrashCount[]): string {
  const sum = (key: "points" | "recovered" | "secondPoints" | "secondRecovered"): number =>
    counts.reduce((total, count) => total + count[key], 0);
  const all = `${sum("recovered")} of ${sum("points")}`;
  return [
    line("shape", "on", "killed once", "killed twice"),
    ...counts.map(crashLine),
    line("all", "", all, `${sum("secondRecovered")} of ${sum("secondPoints")}`),
  ].join("\n");
}

/** What came of one shape on one runtime. */
export function crashLine(count: CrashCount): string {
  const { shape, runtime, points, recovered, secondPoints, secondRecovered } = count;
  return line(shape, runtime, `${recovered} of ${points}`, `${secondRecovered} of ${secondPoints}`);
}

function line(shape: string, runtime: string, first: string, second: string): string {
  return `${shape.padEnd(20)} ${runtime.padEnd(6)} ${first.padStart(15)} ${second.padStart(15)}`;
}
