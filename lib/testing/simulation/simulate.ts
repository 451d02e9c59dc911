import type { AnyAgent } from "../../agents/agent.ts";
import { foldAll } from "../../engine/fold.ts";
import { resultOf, type ExecutionResult } from "../../engine/view.ts";
import { isTerminal } from "../../engine/state.ts";
import type { JsonValue } from "../../json.ts";
import { withFileWorkflows } from "../../workflow-reference.ts";
import type { Step, Workflow } from "../../workflow.ts";
import { drawProfile } from "./agent-profile.ts";
import type { Promised } from "./check.ts";
import { type ChosenFailures, withFailures } from "./chosen-failures.ts";
import { Draw } from "./draw.ts";
import { allFaults, noFaults, type Faults } from "./faults.ts";
import type { History } from "./history.ts";
import { traceHash } from "./run-world.ts";
import { disturbedAgent, simulatedAgent, type AgentSite } from "./simulated-agent.ts";
import { Simulation } from "./simulation.ts";
import type { CrashPoint } from "./trouble.ts";
import { drawLimits, userPatienceMs } from "./world.ts";

export interface SimulateOptions {
  /** Decides everything. Default 1. */
  readonly seed?: number;
  /** Those that the workflow calls. What is not among them is simulated, and gives `{ n, tokens, items }`. */
  readonly agents?: readonly AnyAgent[];
  /** Workflows that it runs as children. */
  readonly workflows?: readonly Workflow[];
  /** Default `{}`. */
  readonly input?: JsonValue;
  /** What goes wrong, on top of nothing. Default: all of {@link allFaults}; with `crashAt`, nothing else. */
  readonly faults?: Partial<Faults>;
  /** By step: how many first attempts of it fail, or what they fail with, one after the other. */
  readonly failures?: ChosenFailures;
  /** Lets the process die at one write to the journal, the nth of all, in place of drawn crashes and errors of writes. */
  readonly crashAt?: CrashPoint;
}

export interface SimulationReport {
  readonly seed: number;
  /** Promises of the engine that were broken. Empty, or there is a bug in it. */
  readonly violations: readonly string[];
  /** What the engine promises, each with where it was broken. */
  readonly promised: readonly Promised[];
  /** What went wrong on purpose, in order. */
  readonly faults: readonly string[];
  /** What the executions came to: more than one when a start was not acknowledged, and made again. */
  readonly results: readonly ExecutionResult[];
  /** How often agents were called, by step. */
  readonly calls: Readonly<Record<string, number>>;
  /** The same for the same seed, workflow and agents. */
  readonly hash: string;
}

/**
 * Runs a workflow in a simulated world in which processes crash and stand still, journals fail, agents misbehave and users
 * change their minds, and checks that the engine keeps its promises all the same. In virtual time, so hours take
 * milliseconds. Agents may take no time of their own but that of promises; the simulation lets them take some.
 *
 * @example
 * ```ts
 * const report = await simulate(workflow, { seed: 7, agents: [myAgent], faults: { crash: 0.1 } });
 * expect(report.violations).toEqual([]);
 * ```
 */
export async function simulate(workflow: Workflow, options: SimulateOptions = {}): Promise<SimulationReport> {
  const { seed = 1, agents = [], workflows = [], input = {}, failures = {}, crashAt } = options;
  const faults = options.faults ?? (crashAt === undefined ? allFaults : { takeOver: 0.5 });
  const draw = new Draw(`simulate ${seed}`);
  const profiles = missingAgents([workflow, ...workflows], agents).map((id) => drawProfile(draw.fork(id), id));
  const simulation = new Simulation({
    seed,
    workflows,
    starts: [{ atMs: 0, workflow, input, key: "simulate" }],
    faults: { ...noFaults, ...faults },
    limits: { ...drawLimits(draw.fork("limits")), patienceMs: userPatienceMs },
    agents: (site: AgentSite) => [
      ...agents.map((agent) => disturbedAgent(withFailures(agent, failures), site)),
      ...profiles.map((profile) => withFailures(simulatedAgent(profile, site), failures)),
    ],
    ...(crashAt !== undefined && { crashAt }),
  });
  const outcome = await simulation.run();
  const { histories, recorder, promised } = outcome;
  const calls: Record<string, number> = {};
  for (const { stepId } of recorder.calls) calls[stepId] = (calls[stepId] ?? 0) + 1;
  const { violations, faults: told } = recorder;
  return { seed, violations, promised, faults: told, results: resultsOf(histories), calls, hash: traceHash(outcome) };
}

/** What the executions that nobody runs as a child came to. */
export function resultsOf(histories: readonly History[]): readonly ExecutionResult[] {
  return histories.flatMap(({ plan, executionId, entries, parent }) => {
    if (parent !== undefined) return [];
    const state = foldAll(plan, executionId, entries);
    return isTerminal(state.status) ? [resultOf(state)] : [];
  });
}

/** Agents that are named and not given, each once. */
export function missingAgents(workflows: readonly Workflow[], agents: readonly AnyAgent[]): readonly string[] {
  const given = new Set(agents.map(({ id }) => id));
  const named = new Set(workflows.flatMap(withFileWorkflows).flatMap(({ steps }) => steps.flatMap(agentsOf)));
  return [...named].filter((id) => !given.has(id));
}

function agentsOf(step: Step): string[] {
  if (step.kind === "wait") return [];
  const undo = step.compensate === undefined ? [] : [step.compensate.agent.id];
  return step.kind === "agent" ? [step.agent.id, ...undo] : undo;
}
