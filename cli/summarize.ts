import type { ExecutionView } from "../lib/engine/view.ts";
import { formatElapsed } from "./elapsed.ts";

/** What became of the steps of an execution, in a line: `3 done, 1 failed, 2 reused; 7 attempts in 1.2s`. */
export function summarize({ steps, durationMs = 0 }: ExecutionView): string {
  const all = Object.values(steps);
  const reused = all.filter(({ reusedFrom }) => reusedFrom !== undefined).length;
  const counts = {
    done: all.filter(({ status }) => status === "completed" || status === "recovered").length - reused,
    failed: all.filter(({ status }) => status === "failed").length,
    cancelled: all.filter(({ status }) => status === "cancelled").length,
    skipped: all.filter(({ status }) => status === "skipped").length,
    reused,
  };
  const attempts = all.reduce((sum, step) => sum + step.attempts, 0);
  const shown = Object.entries(counts).filter(([name, count]) => count > 0 || name === "done");
  const took = `${attempts} attempt${attempts === 1 ? "" : "s"} in ${formatElapsed(durationMs)}`;
  return `${shown.map(([name, count]) => `${count} ${name}`).join(", ")}; ${took}`;
}
