import { builtInAgents } from "../../lib/agents/built-in.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { findSources } from "./project-sources.ts";
import { loadAgents } from "./load-agents.ts";
import { type OutputValues, showDiscovered } from "./show-discovered.ts";

/** The agents that there are, and then what is wrong with the others. */
export async function listAgents(values: OutputValues, context: CliContext): Promise<ExitCode> {
  const { agents, problems } = await loadAgents(await findSources(context), context);
  const builtIn = builtInAgents.map((agent) => ({ agent, from: "built in" }));
  const listed = [...agents, ...builtIn].map(({ agent: { id, version, description }, from }) => ({
    id,
    version,
    description,
    from,
  }));
  const rows = listed.map(({ id, version, description = "", from }) => [id, version, from, description]);
  const table = { head: ["AGENT", "VERSION", "FROM", ""], rows, none: "No agents" };
  return showDiscovered({ name: "agents", listed, table, problems }, values, context);
}
