import type { AgentVersions } from "./events.ts";

/** The versions that are not those of before; undefined where all are. */
export function changedVersions(now: AgentVersions, before: AgentVersions): AgentVersions | undefined {
  const changed = Object.entries(now).filter(([id, version]) => before[id] !== version);
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}
