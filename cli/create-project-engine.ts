import type { AgentConfig } from "../lib/agents/agent-config.ts";
import type { AgentRegistry } from "../lib/agents/registry.ts";
import { createEngine } from "../lib/engine/create-engine.ts";
import type { Engine, EngineOptions } from "../lib/engine/engine.ts";
import { ValidationError } from "../lib/errors.ts";
import { CliError } from "./cli-error.ts";

export type ProjectEngineOptions = EngineOptions & { readonly agents: AgentRegistry };

/**
 * An engine of the CLI. A project configures all of its agents, and most runs need few of them, so that what is said of others is
 * left out.
 *
 * @throws {CliError} with `CONFIG` when what is said of an agent does not fit it.
 */
export function createProjectEngine({ agentConfig, ...options }: ProjectEngineOptions): Engine {
  const config = agentConfig === undefined ? undefined : configOf(options.agents, agentConfig);
  try {
    return createEngine({ ...options, ...(config !== undefined && { agentConfig: config }) });
  } catch (cause) {
    if (config === undefined || !(cause instanceof TypeError || cause instanceof ValidationError)) throw cause;
    throw new CliError("CONFIG", cause.message, { cause, fix: 'see "agentConfig" of the configuration' });
  }
}

function configOf(agents: AgentRegistry, config: AgentConfig): AgentConfig {
  return Object.fromEntries(Object.entries(config).filter(([id]) => agents.versions(id).length > 0));
}

/** The ids of agents of which something is said, and that are not there. */
export function unknownAgents(agents: AgentRegistry, config: AgentConfig = {}): readonly string[] {
  return Object.keys(config).filter((id) => agents.versions(id).length === 0);
}
