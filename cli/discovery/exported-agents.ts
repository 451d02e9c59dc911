import { assertAgentIdentity } from "../../lib/agents/agent-identity.ts";
import type { AnyAgent } from "../../lib/agents/agent.ts";
import type { ModuleExports } from "../import-module.ts";

/**
 * The agents among a module's exports, each once; an export may be a list of them. Which they are is told by shape: the module
 * may have its own copy of this package.
 *
 * @throws {TypeError} for an agent that cannot be registered, and when there is none.
 */
export function exportedAgents(module: ModuleExports): readonly AnyAgent[] {
  const values = Object.values(module).flatMap((value): readonly unknown[] => (Array.isArray(value) ? value : [value]));
  const agents = [...new Set(values.filter(isAgent))];
  for (const agent of agents) assertAgentIdentity(agent);
  if (agents.length > 0) return agents;
  const state = values.some(isAgentClass)
    ? "it exports a class, and no agent that was made of it"
    : "it exports no agent";
  throw new TypeError(state);
}

function isAgent(value: unknown): value is AnyAgent {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    "version" in value &&
    "execute" in value &&
    typeof value.execute === "function"
  );
}

function isAgentClass(value: unknown): boolean {
  if (typeof value !== "function") return false;
  const prototype: unknown = value.prototype;
  return typeof prototype === "object" && prototype !== null && "execute" in prototype;
}
