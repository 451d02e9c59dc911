import type { AnyAgent } from "./agent.ts";
import { isVersion } from "./version.ts";

const agentId = /^@[a-z0-9][a-z0-9._-]{0,127}\/[a-z0-9_][a-z0-9._-]{0,127}$/;

/** Throws TypeError unless the agent's id, version and `execute` are what workflows and registries rely on. */
export function assertAgentIdentity(agent: Pick<AnyAgent, "id" | "version" | "execute">): void {
  if (typeof agent.id !== "string" || !agentId.test(agent.id)) {
    throw new TypeError(`Cannot define agent "${agent.id}": id must be "@scope/name" in lower case`);
  }
  if (typeof agent.version !== "string" || !isVersion(agent.version)) {
    throw new TypeError(
      `Cannot define agent "${agent.id}": version must be semver such as "1.0.0", got "${agent.version}"`,
    );
  }
  if (typeof agent.execute !== "function") {
    throw new TypeError(`Cannot define agent "${agent.id}": execute must be a function`);
  }
}
