import type { AnyAgent } from "../../lib/agents/agent.ts";
import { builtInAgents } from "../../lib/agents/built-in.ts";
import type { CliContext } from "../context.ts";
import { importInTime } from "../import-in-time.ts";
import { moduleError } from "../module-error.ts";
import { shownPath } from "../shown-path.ts";
import { exportedAgents } from "./exported-agents.ts";
import { broken, type DiscoveryProblem, rival } from "./problem.ts";
import type { ProjectSources } from "./project-sources.ts";

export interface DiscoveredAgent {
  readonly agent: AnyAgent;
  /** The file or package, as people read it. */
  readonly from: string;
}

export interface LoadedAgents {
  readonly agents: readonly DiscoveredAgent[];
  readonly problems: readonly DiscoveryProblem[];
}

type Sources = Pick<ProjectSources, "agentFiles" | "agentPackages">;
type LoadContext = Pick<CliContext, "cwd" | "clock">;

/**
 * Runs the modules of a project's agents. One that is broken is a problem of its own; an id that two of them claim is
 * refused to both, since nobody could tell which one a workflow gets.
 */
export async function loadAgents(sources: Sources, context: LoadContext): Promise<LoadedAgents> {
  const { agentFiles, agentPackages } = sources;
  const found: DiscoveredAgent[] = [];
  const problems: DiscoveryProblem[] = [];
  const load = async (from: string, locate: () => Promise<string>): Promise<void> => {
    try {
      const module = await importInTime(await locate(), context.clock);
      found.push(...exportedAgents(module).map((agent) => ({ agent, from })));
    } catch (cause) {
      problems.push(problemWith(from, cause, context));
    }
  };
  for (const file of agentFiles) await load(shownPath(file, context.cwd), () => Promise.resolve(file));
  for (const { name, entry } of agentPackages) await load(name, () => requireEntry(entry));
  const { kept, refused } = withoutRivals(found);
  return { agents: kept, problems: [...problems, ...refused] };
}

function requireEntry(entry: string | undefined): Promise<string> {
  return entry === undefined ? Promise.reject(new Error("it is not installed in the project")) : Promise.resolve(entry);
}

function problemWith(from: string, cause: unknown, { cwd }: LoadContext): DiscoveryProblem {
  const { reason, place } = moduleError(cause, cwd);
  const isOurs = cause instanceof TypeError && reason.startsWith("it exports ");
  const at = place === undefined || isOurs ? "" : `, at ${place}`;
  const fix = isOurs ? "write export default defineAgent({ … }), or export default new MyAgent()" : undefined;
  const message = `Cannot load agents of "${from}": ${reason}${at}`;
  return broken(from, { code: "INVALID_WORKFLOW", message, ...(fix !== undefined && { fix }) });
}

function withoutRivals(found: readonly DiscoveredAgent[]): {
  readonly kept: readonly DiscoveredAgent[];
  readonly refused: readonly DiscoveryProblem[];
} {
  const kept: DiscoveredAgent[] = [];
  const refused: DiscoveryProblem[] = [];
  for (const [id, group] of byId(withoutCopies(found))) {
    const places = [...new Set(group.map(({ from }) => from))];
    const [first = "", ...others] = places;
    if (builtInAgents.some((agent) => agent.id === id)) {
      const message = `Cannot register agent "${id}" of "${first}": an agent of this id is built in`;
      refused.push(rival(first, message, "give it another id; the built-in one need not be registered"));
    } else if (others.length === 0) kept.push(...group);
    else {
      const named = others.map((place) => `"${place}"`).join(" and ");
      const message = `Cannot register agent "${id}" of "${first}": ${named} ${others.length === 1 ? "has" : "have"} an agent of this id, too`;
      refused.push(rival(first, message, "give one of them another id"));
    }
  }
  return { kept, refused };
}

function byId(found: readonly DiscoveredAgent[]): ReadonlyMap<string, readonly DiscoveredAgent[]> {
  const groups = new Map<string, DiscoveredAgent[]>();
  for (const one of found) groups.set(one.agent.id, [...(groups.get(one.agent.id) ?? []), one]);
  return groups;
}

/** One agent that several files export, such as a file that gathers the others, is no rival of itself; nor is a built-in one. */
function withoutCopies(found: readonly DiscoveredAgent[]): readonly DiscoveredAgent[] {
  const known = new Set<AnyAgent>(builtInAgents);
  return found.filter(({ agent }) => !known.has(agent) && known.add(agent));
}
