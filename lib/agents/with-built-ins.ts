import type { AnyAgent } from "./agent.ts";
import { builtInAgents } from "./built-in.ts";
import { type AgentRegistry, createAgentRegistry } from "./registry.ts";

/**
 * A registry of `agents` and of the built-in agents that are not among them. A workflow module may bring the built-in
 * agents of its own installed copy of orchestr8; those then take the place of this copy's.
 */
export function withBuiltIns(agents: Iterable<AnyAgent>): AgentRegistry {
  const registry = createAgentRegistry(agents);
  for (const agent of builtInAgents) {
    if (!registry.versions(agent.id).includes(agent.version)) registry.register(agent);
  }
  return registry;
}
