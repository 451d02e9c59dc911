import { resolve } from "node:path";
import type { AgentConfig } from "../../lib/agents/agent-config.ts";
import type { CliContext } from "../context.ts";
import { isConfigured } from "./is-configured.ts";

/**
 * What the project says of its agents. A folder that `@orchestr8/file` is kept to is looked for from where it is named.
 *
 * @throws {CliError} when the configuration is wrong.
 */
export async function configuredAgents(context: CliContext): Promise<AgentConfig | undefined> {
  if (!(await isConfigured(context))) return undefined;
  const { resolveSettings } = await import("./resolve-settings.ts");
  const settings = await resolveSettings({}, context);
  const agents: AgentConfig | undefined = settings.get("agentConfig");
  const file = agents?.["@orchestr8/file"];
  if (typeof file?.root !== "string") return agents;
  return { ...agents, "@orchestr8/file": { ...file, root: resolve(settings.origin("agentConfig").folder, file.root) } };
}
