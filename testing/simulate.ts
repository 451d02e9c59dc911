import { AssertionError } from "node:assert";
import type { AnyAgent } from "../lib/agents/agent.ts";
import { withBuiltIns } from "../lib/agents/with-built-ins.ts";
import {
  everyCrash as everyCrashOf,
  type CrashReport,
  type EveryCrashOptions,
} from "../lib/testing/simulation/every-crash.ts";
import {
  simulate as simulateOf,
  type SimulateOptions,
  type SimulationReport,
} from "../lib/testing/simulation/simulate.ts";
import { canonicalJson } from "../lib/workflow-hash.ts";
import { openWorkflow, type WorkflowSource } from "./open-workflow.ts";

type WithSources<Options> = Omit<Options, "workflows"> & {
  /** Workflows that steps run as children, by their ids. */
  readonly workflows?: readonly WorkflowSource[];
};

/**
 * Runs a workflow in a simulated world in which processes crash and stand still, journals fail, agents misbehave and users
 * change their minds, and checks that the engine keeps its promises all the same. In virtual time, so hours take
 * milliseconds. Agents that are not given are made up, and give `{ n, tokens, items }`.
 *
 * @example
 * ```ts
 * assertSound(await simulate(workflow, { seed: 7, failures: { charge: 2 }, faults: { crash: 0.1 } }));
 * ```
 */
export async function simulate(
  source: WorkflowSource,
  options: WithSources<SimulateOptions> = {},
): Promise<SimulationReport> {
  const { workflow, ...opened } = openAll(source, options);
  return await simulateOf(workflow, { ...options, ...opened });
}

/**
 * Runs a workflow again and again, and lets its process die before and after the first write to the journal, the second,
 * and so on, until a run ends without a crash. Each time another process goes on, and the execution must come to the same
 * result. All in memory and in virtual time; signals that steps wait for are sent. Agents that are not given give back
 * their input.
 *
 * @example
 * ```ts
 * assertSurvived(await everyCrash(workflow, { input: { amount: 3 } }), { paid: 3 });
 * ```
 */
export async function everyCrash(
  source: WorkflowSource,
  options: WithSources<EveryCrashOptions> = {},
): Promise<CrashReport> {
  const { workflow, ...opened } = openAll(source, options);
  return await everyCrashOf(workflow, { ...options, ...opened });
}

/** Fails when the engine broke a promise, with all promises and what went wrong on purpose. */
export function assertSound(report: SimulationReport): void {
  if (report.violations.length > 0) throw new AssertionError({ message: describeSimulation(report) });
}

/** Fails unless the workflow came to its result after every crash; with an output, also unless that is the result. */
export function assertSurvived(report: CrashReport, output?: unknown): void {
  const { failures, result } = report;
  const given = result.status === "completed" ? result.output : undefined;
  const isWanted = output === undefined || (given !== undefined && canonicalJson(given) === canonicalJson(output));
  if (failures.length > 0) throw new AssertionError({ message: describeCrashes(report) });
  if (isWanted) return;
  const end = result.status === "completed" ? `its output is ${canonicalJson(given)}` : `it ${result.status}`;
  throw new AssertionError({ message: `Expected the workflow to come to ${canonicalJson(output)}, and ${end}` });
}

/** A report for people: each promise, whether it was kept, and where it was not. */
export function describeSimulation({ seed, promised, violations, faults, results }: SimulationReport): string {
  const width = Math.max(...promised.map(({ promise }) => promise.length));
  const ends = results.map(({ status }) => status).join(", ") || "none that ended";
  return [
    violations.length === 0 ? `seed ${seed} kept every promise` : `seed ${seed} broke a promise`,
    `  executions: ${ends}`,
    ...promised.flatMap(({ promise, violations: broken }) => [
      `  ${promise.padEnd(width)}  ${broken.length === 0 ? "kept" : `BROKEN ${broken.length} times`}`,
      ...broken.slice(0, 5).map((violation) => `    ${violation}`),
    ]),
    `  went wrong on purpose: ${faults.length === 0 ? "nothing" : ""}`.trimEnd(),
    ...faults.slice(0, 30).map((fault) => `    ${fault}`),
    ...(faults.length > 30 ? [`    and ${faults.length - 30} more`] : []),
  ].join("\n");
}

/** A report for people: at which crashes the workflow did not come to its result, and to what instead. */
export function describeCrashes({ points, recovered, failures, result }: CrashReport): string {
  return [
    `recovered from ${recovered} of ${points} crashes; without one it is ${result.status}`,
    ...failures.slice(0, 20).map(({ write, when, why }) => `  ${when} write ${write}: ${why}`),
    ...(failures.length > 20 ? [`  and ${failures.length - 20} more`] : []),
  ].join("\n");
}

function openAll(
  source: WorkflowSource,
  options: { readonly agents?: readonly AnyAgent[]; readonly workflows?: readonly WorkflowSource[] },
) {
  const { agents = [] } = options;
  const opened = openWorkflow(source, agents);
  const children = (options.workflows ?? []).map((child) => openWorkflow(child, agents));
  const own = children.map((child) => child.workflow);
  const theirs = [opened, ...children].flatMap((each) => each.workflows);
  const all = [opened, ...children];
  return {
    workflow: opened.workflow,
    agents: [...withBuiltIns([...agents, ...all.flatMap((each) => each.agents)])],
    workflows: [...new Set([...own, ...theirs])],
  };
}
