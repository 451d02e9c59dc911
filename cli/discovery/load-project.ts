import { sep } from "node:path";
import type { AnyAgent } from "../../lib/agents/agent.ts";
import { type AgentRegistry, createAgentRegistry } from "../../lib/agents/registry.ts";
import { withBuiltIns } from "../../lib/agents/with-built-ins.ts";
import type { Workflow } from "../../lib/workflow.ts";
import { contextIn } from "../context-in.ts";
import type { CliContext } from "../context.ts";
import type { ProjectParts } from "../load.ts";
import { type DiscoveredAgent, loadAgents } from "./load-agents.ts";
import { type DiscoveredWorkflow, loadWorkflows } from "./load-workflows.ts";
import { type DiscoveryProblem, rival } from "./problem.ts";
import { findSources } from "./project-sources.ts";

/** Everything that a project registers. */
export interface Project {
  /** Absolute. */
  readonly folder: string;
  readonly agents: readonly DiscoveredAgent[];
  readonly workflows: readonly DiscoveredWorkflow[];
  /** Those that were looked at, absolute. */
  readonly workflowFiles: readonly string[];
  /** What was left out, and why. */
  readonly problems: readonly DiscoveryProblem[];
  /** What it was made from, for a fingerprint. */
  readonly files: readonly string[];
}

/**
 * Loads the agents and workflows of the project around a folder, by default the working folder. That runs the modules among
 * them.
 *
 * @throws {CliError} when the configuration is wrong. What is wrong with one file is a problem of the result.
 */
export async function loadProject(context: CliContext, near = context.cwd): Promise<Project> {
  const { folder, files, workflowFiles, ...sources } = await findSources(contextIn(near, context));
  const { agents, problems } = await loadAgents(sources, context);
  const known = agents.map(({ agent }) => agent);
  const loaded = await loadWorkflows({ folder, workflowFiles }, known, context);
  return {
    folder,
    agents,
    workflows: loaded.workflows,
    workflowFiles,
    problems: [...problems, ...loaded.problems],
    files,
  };
}

/** What one engine can run of a project, and what of it that leaves out. */
export interface Registered {
  readonly agents: AgentRegistry;
  readonly workflows: readonly Workflow[];
  /** What executions of them are recorded with. Undefined for a project that registers nothing. */
  readonly origin: string | undefined;
  /** What executions of single files are recorded with, that this engine can go on with as well. */
  readonly origins: ReadonlySet<string>;
  readonly problems: readonly DiscoveryProblem[];
}

/** Puts a project into one engine. A module that brings another agent of an id that is taken is left out. */
export function registerProject({ folder, agents, workflows, problems }: Project): Registered {
  const registry = createAgentRegistry(agents.map(({ agent }) => agent));
  const byId = new Map<string, Workflow>();
  const origins = new Set<string>();
  const refused: DiscoveryProblem[] = [];
  for (const one of workflows) {
    const taken = takenId(one.agents, registry);
    if (taken !== undefined) {
      const message = `Cannot register workflow "${one.workflow.metadata.id}" of "${one.from}": it brings an agent "${taken}" that is not the one of this id and version that is registered`;
      refused.push(rival(one.from, message, "give its agent another id, or import the registered one"));
      continue;
    }
    for (const agent of one.agents) registry.register(agent);
    byId.set(one.workflow.metadata.id, one.workflow);
    origins.add(one.file);
  }
  for (const { children } of workflows) {
    for (const child of children) if (!byId.has(child.metadata.id)) byId.set(child.metadata.id, child);
  }
  const isEmpty = agents.length === 0 && byId.size === 0;
  const origin = isEmpty ? undefined : originOfProject(folder);
  if (origin !== undefined) origins.add(origin);
  const all = withBuiltIns(registry);
  return { agents: all, workflows: [...byId.values()], origin, origins, problems: [...problems, ...refused] };
}

function takenId(agents: Iterable<AnyAgent>, registry: AgentRegistry): string | undefined {
  for (const agent of agents) {
    if (registry.versions(agent.id).includes(agent.version) && registry.find(agent.id, agent.version) !== agent) {
      return agent.id;
    }
  }
  return undefined;
}

/** What a project has for a workflow that is loaded alone. */
export function partsOf(project: Project): ProjectParts {
  return {
    agents: project.agents.map(({ agent }) => agent),
    workflows: project.workflows.map(({ workflow }) => workflow),
    origin: originOfProject(project.folder),
  };
}

/** A folder, told from a module by what it ends with. */
export function originOfProject(folder: string): string {
  return folder.endsWith(sep) ? folder : `${folder}${sep}`;
}

/** The folder that an execution of a project is recorded with; undefined for one of a module. */
export function projectOfOrigin(origin: string): string | undefined {
  return origin.endsWith(sep) ? origin : undefined;
}
