import type { AnyAgent } from "../lib/agents/agent.ts";

/** The agents a workflow may name. A registry is one; a checker needs no more than this. */
export interface AgentCatalog {
  /** The newest version of the agent in a semver range, or in any. */
  find(id: string, range?: string): AnyAgent | undefined;
  ids(): readonly string[];
  versions(id: string): readonly string[];
}
