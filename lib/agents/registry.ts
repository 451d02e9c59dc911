import { AgentNotFoundError } from "../errors.ts";
import { assertAgentIdentity } from "./agent-identity.ts";
import type { AnyAgent } from "./agent.ts";
import { isVersionRange, newestFirst, pickVersion } from "./version.ts";

/** The agents that steps may name. The same id may stand for several versions. */
export interface AgentRegistry extends Iterable<AnyAgent> {
  /** Throws TypeError when this version of the id is taken: what a running workflow relies on is never replaced. */
  register(agent: AnyAgent): void;
  /** The newest match; prereleases only if the range names one or there is nothing else. */
  find(id: string, range?: string): AnyAgent | undefined;
  /** As `find`, but throws {@link AgentNotFoundError} naming what there is instead. */
  get(id: string, range?: string): AnyAgent;
  /** In alphabetical order. */
  ids(): readonly string[];
  /** Newest first; empty for an unknown id. */
  versions(id: string): readonly string[];
}

/** A registry of its own; nothing is registered globally. */
export function createAgentRegistry(agents: Iterable<AnyAgent> = []): AgentRegistry {
  const registry = new MapRegistry();
  for (const agent of agents) registry.register(agent);
  return registry;
}

class MapRegistry implements AgentRegistry {
  /** Per id, the agents from the newest version to the oldest. */
  readonly #agents = new Map<string, Map<string, AnyAgent>>();
  /** All of them, made anew for each new one: they are looked at far more often. */
  #all: readonly AnyAgent[] = [];

  register(agent: AnyAgent): void {
    assertAgentIdentity(agent);
    const versions = this.#agents.get(agent.id) ?? new Map<string, AnyAgent>();
    if (versions.get(agent.version) === agent) return;
    if (versions.has(agent.version)) {
      throw new TypeError(`Cannot register agent "${agent.id}": version ${agent.version} is already registered`);
    }
    const sorted = [...versions, [agent.version, agent] as const].toSorted(([left], [right]) =>
      newestFirst(left, right),
    );
    this.#agents.set(agent.id, new Map(sorted));
    this.#all = [...this.#agents.values()].flatMap((known) => Array.from(known.values()));
  }

  find(id: string, range?: string): AnyAgent | undefined {
    const versions = this.#agents.get(id);
    const version = versions && pickVersion([...versions.keys()], range);
    return version === undefined ? undefined : versions?.get(version);
  }

  get(id: string, range?: string): AnyAgent {
    const agent = this.find(id, range);
    if (agent !== undefined) return agent;
    throw new AgentNotFoundError(`Cannot find agent "${id}": ${this.#whyNot(id, range)}`);
  }

  ids(): readonly string[] {
    return [...this.#agents.keys()].toSorted();
  }

  versions(id: string): readonly string[] {
    return [...(this.#agents.get(id)?.keys() ?? [])];
  }

  [Symbol.iterator](): Iterator<AnyAgent> {
    return this.#all[Symbol.iterator]();
  }

  #whyNot(id: string, range: string | undefined): string {
    if (range !== undefined && !isVersionRange(range)) return `"${range}" is not a semver range`;
    const versions = this.versions(id);
    if (versions.length > 0) return `no version satisfies "${range}" (registered: ${versions.join(", ")})`;
    const near = nearIds(id, this.ids()).map((name) => `"${name}"`);
    return near.length > 0 ? `no agent has this id; the nearest are ${near.join(", ")}` : "no agent is registered";
  }
}

const maxNearIds = 3;

function nearIds(id: string, ids: readonly string[]): readonly string[] {
  return ids.toSorted((left, right) => sharedEnds(id, right) - sharedEnds(id, left)).slice(0, maxNearIds);
}

/** Characters that two ids share at their start and at their end, which a typing mistake leaves alone. */
function sharedEnds(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  let start = 0;
  while (start < length && left[start] === right[start]) start++;
  let end = 0;
  while (end < length - start && left.at(-1 - end) === right.at(-1 - end)) end++;
  return start + end;
}
