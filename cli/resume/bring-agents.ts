import { existsSync } from "node:fs";
import type { AgentRegistry } from "../../lib/agents/registry.ts";
import { withBuiltIns } from "../../lib/agents/with-built-ins.ts";
import type { Workflow } from "../../lib/workflow.ts";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { loadInProject } from "../discovery/load-in-project.ts";
import { loadProject, projectOfOrigin, registerProject } from "../discovery/load-project.ts";
import { reportProblems } from "../discovery/report-problems.ts";

/** What an engine needs to go on with an execution. */
export interface Brought {
  readonly agents: AgentRegistry;
  readonly workflows: readonly Workflow[];
}

/**
 * The agents of the module or project that an execution was started from, as they are now: its workflow is the one it was
 * started with. A JSON workflow that names built-in agents alone has none of its own.
 *
 * @throws {CliError} when there is no such module or project any more, or it does not load.
 */
export async function bringAgents(origin: string | undefined, context: CliContext): Promise<Brought> {
  if (origin === undefined) return { agents: withBuiltIns([]), workflows: [] };
  const folder = projectOfOrigin(origin);
  if (folder === undefined) {
    const { agents, workflows } = await loadInProject(origin, context);
    return { agents, workflows };
  }
  if (!existsSync(folder)) throw new CliError("FILE", `Cannot load the project "${folder}": there is no such folder`);
  const { agents, workflows, problems } = registerProject(await loadProject(context, folder));
  reportProblems(problems, context);
  return { agents, workflows };
}
