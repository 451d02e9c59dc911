import type { AnyAgent } from "../../agents/agent.ts";
import type { ExecutionResult } from "../../engine/view.ts";
import type { JsonValue } from "../../json.ts";
import type { Workflow } from "../../workflow.ts";
import { noFaults } from "./faults.ts";
import { missingAgents, resultsOf } from "./simulate.ts";
import { recordedAgent } from "./simulated-agent.ts";
import { Simulation } from "./simulation.ts";
import type { CrashPoint } from "./trouble.ts";
import { type Limits, userPatienceMs } from "./world.ts";

export interface EveryCrashOptions {
  /** Those that the workflow calls. What is not among them gives back its input. */
  readonly agents?: readonly AnyAgent[];
  /** Workflows that it runs as children. */
  readonly workflows?: readonly Workflow[];
  /** Default `{}`. */
  readonly input?: JsonValue;
}

export interface CrashReport {
  /** Crashes that were tried: before and after each write to the journal. */
  readonly points: number;
  /** Those after which the execution came to what it comes to without a crash. */
  readonly recovered: number;
  readonly failures: readonly (CrashPoint & { readonly why: string })[];
  /** What the execution comes to. */
  readonly result: ExecutionResult;
}

/**
 * Runs a workflow again and again, and lets its process die before and after the first write to the journal, the second,
 * and so on, until a run ends without a crash. Each time another process goes on, and the execution must come to the same
 * result. Fails are reported, not thrown.
 *
 * @example
 * ```ts
 * const { points, recovered } = await everyCrash(workflow, { agents: [myAgent] });
 * expect(recovered).toBe(points);
 * ```
 */
export async function everyCrash(workflow: Workflow, options: EveryCrashOptions = {}): Promise<CrashReport> {
  const { results, violations } = await run(workflow, options, undefined);
  const [result] = results;
  if (result === undefined || violations.length > 0) {
    throw new Error(`Cannot crash workflow "${workflow.metadata.id}": it does not end without a crash either`);
  }
  const failures: (CrashPoint & { readonly why: string })[] = [];
  let points = 0;
  for (let write = 1; ; write++) {
    for (const when of ["before", "after"] as const) {
      const crashed = await run(workflow, options, { write, when });
      if (!crashed.hasCrashed) return { points, recovered: points - failures.length, failures, result };
      points++;
      const why = complaintAbout(crashed, result);
      if (why !== undefined) failures.push({ write, when, why });
    }
  }
}

interface Run {
  readonly results: readonly ExecutionResult[];
  readonly violations: readonly string[];
  readonly hasCrashed: boolean;
}

const limits: Limits = {
  maxConcurrency: 10,
  leaseMs: 1_000,
  processes: 1,
  troubleMs: 10_000,
  patienceMs: userPatienceMs,
};

async function run(workflow: Workflow, options: EveryCrashOptions, crashAt: CrashPoint | undefined): Promise<Run> {
  const { agents = [], workflows = [], input = {} } = options;
  const echoes = missingAgents([workflow, ...workflows], agents).map((id): AnyAgent => ({
    id,
    version: "1.0.0",
    execute: (value: unknown) => value,
  }));
  const simulation = new Simulation({
    seed: 1,
    workflows,
    starts: [{ atMs: 0, workflow, input, key: "every-crash" }],
    // Somebody has to look for what was left, once its lease has ended.
    faults: { ...noFaults, takeOver: 0.5 },
    limits,
    agents: (site) => [...agents, ...echoes].map((agent) => recordedAgent(agent, site)),
    ...(crashAt !== undefined && { crashAt }),
  });
  const { histories, recorder } = await simulation.run();
  const hasCrashed = recorder.faults.some((fault) => fault.includes(": crash-"));
  return { results: resultsOf(histories), violations: recorder.violations, hasCrashed };
}

function complaintAbout({ results, violations }: Run, wanted: ExecutionResult): string | undefined {
  const [violation] = violations;
  if (violation !== undefined) return violation;
  const [result] = results;
  if (results.length !== 1 || result === undefined) return `there are ${results.length} executions`;
  const got = gist(result);
  return got === gist(wanted) ? undefined : `it came to ${got}`;
}

/** What must be the same: not the id, nor how many attempts it took. */
function gist(result: ExecutionResult): string {
  switch (result.status) {
    case "completed":
      return JSON.stringify(["completed", result.output]);
    case "failed":
      return JSON.stringify(["failed", result.error.code, result.error.message]);
    case "cancelled":
      return JSON.stringify(["cancelled", result.reason]);
  }
}
