import { relative } from "node:path";
import type { AnyAgent } from "../../lib/agents/agent.ts";
import type { AgentRegistry } from "../../lib/agents/registry.ts";
import type { Workflow } from "../../lib/workflow.ts";
import { workflowHash } from "../../lib/workflow-hash.ts";
import type { CliContext } from "../context.ts";
import { failureOf } from "../failure.ts";
import { loadWorkflow } from "../load.ts";
import { requireWorkflow } from "../require-workflow.ts";
import { shownPath } from "../shown-path.ts";
import { broken, type DiscoveryProblem, rival } from "./problem.ts";
import type { ProjectSources } from "./project-sources.ts";

export interface DiscoveredWorkflow {
  readonly workflow: Workflow;
  /** The file, as people read it. */
  readonly from: string;
  /** The file, absolute. */
  readonly file: string;
  /** What its steps may call: its own agents, those of the project and the built-in ones. */
  readonly agents: AgentRegistry;
  /** What it brings along for its steps to run. */
  readonly children: readonly Workflow[];
}

export interface LoadedWorkflows {
  readonly workflows: readonly DiscoveredWorkflow[];
  readonly problems: readonly DiscoveryProblem[];
}

/**
 * Reads and checks a project's workflow files against its agents. One that is wrong is a problem of its own; an id that two of
 * them claim is refused to both.
 */
export async function loadWorkflows(
  { folder, workflowFiles }: Pick<ProjectSources, "folder" | "workflowFiles">,
  agents: readonly AnyAgent[],
  { cwd, clock }: Pick<CliContext, "cwd" | "clock">,
): Promise<LoadedWorkflows> {
  const found: DiscoveredWorkflow[] = [];
  const problems: DiscoveryProblem[] = [];
  const project = () => Promise.resolve({ agents, workflows: [], origin: "" });
  for (const file of workflowFiles) {
    const from = shownPath(file, cwd);
    try {
      // In the project's folder, whose files its workflows may name wherever the command was called.
      const loaded = await loadWorkflow(relative(folder, file), { cwd: folder, clock }, { project });
      const workflow = requireWorkflow("register", from, loaded);
      found.push({ workflow, from, file, agents: loaded.agents, children: loaded.workflows });
    } catch (error) {
      problems.push(broken(from, failureOf(error)));
    }
  }
  const { kept, refused } = withoutRivals(found);
  return { workflows: kept, problems: [...problems, ...refused] };
}

/** The same workflow in two spellings is one. */
function withoutRivals(found: readonly DiscoveredWorkflow[]): {
  readonly kept: readonly DiscoveredWorkflow[];
  readonly refused: readonly DiscoveryProblem[];
} {
  const refused: DiscoveryProblem[] = [];
  const kept = found.filter((one, index) => {
    const { id } = one.workflow.metadata;
    const rivals = found.filter(({ workflow }) => workflow.metadata.id === id);
    const [first = one, ...others] = rivals;
    if (others.every(({ workflow }) => workflowHash(workflow) === workflowHash(first.workflow))) return one === first;
    if (found.indexOf(first) === index) {
      const named = others.map(({ from }) => `"${from}"`).join(" and ");
      const message = `Cannot register workflow "${id}" of "${first.from}": ${named} ${others.length === 1 ? "has" : "have"} this id, too`;
      refused.push(rival(first.from, message, "give one of them another id"));
    }
    return false;
  });
  return { kept, refused };
}
