import type { AgentRegistry } from "../../lib/agents/registry.ts";
import { withBuiltIns } from "../../lib/agents/with-built-ins.ts";
import type { Workflow } from "../../lib/workflow.ts";
import type { CliContext } from "../context.ts";
import { loadWorkflow } from "../load.ts";

/** What an engine needs to go on with an execution. */
export interface Brought {
  readonly agents: AgentRegistry;
  readonly workflows: readonly Workflow[];
}

/**
 * The agents of the module that an execution was started from, as they are now: its workflow is the one it was started
 * with. A JSON workflow has none of its own.
 *
 * @throws {CliError} when there is no such module any more, or it does not load.
 */
export async function bringAgents(origin: string | undefined, context: CliContext): Promise<Brought> {
  if (origin === undefined) return { agents: withBuiltIns([]), workflows: [] };
  const { agents, workflows } = await loadWorkflow(origin, context);
  return { agents, workflows };
}
