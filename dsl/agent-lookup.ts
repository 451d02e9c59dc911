import type { AnyAgent, Schema } from "../lib/agents/agent.ts";
import { jsonSchemaOf } from "../lib/agents/json-schema-of.ts";
import type { JsonSchema } from "../lib/json.ts";
import type { AgentCall } from "./agent-call.ts";
import type { AgentCatalog } from "./agent-catalog.ts";
import type { CheckContext } from "./check-context.ts";
import { quoted, quotedList } from "./problem.ts";

/** The agents that a document calls. Each agent is looked up and its schemas are converted once. */
export interface AgentLookup {
  agentOf(call: AgentCall): AnyAgent | undefined;
  /** Undefined where nothing can be said: no agent, no schema, or one that cannot be read. */
  schemaOf(agent: AnyAgent, part: "input" | "output" | "config"): JsonSchema | undefined;
}

/** Looks up every step's agents and reports those that are not there. */
export function lookUpAgents(context: CheckContext): AgentLookup {
  const agents = new Map<AgentCall, AnyAgent>();
  const catalog = context.agents;
  const found = new Map<string, AnyAgent | undefined>();
  const lookUp = (call: AgentCall): void => {
    if (catalog === undefined || call.agent === undefined) return;
    const { id, version } = call.agent;
    const key = `${id} ${version ?? ""}`;
    if (!found.has(key)) found.set(key, catalog.find(id, version));
    const agent = found.get(key);
    if (agent === undefined) reportMissing(context, catalog, call);
    else agents.set(call, agent);
  };
  for (const { call, compensation } of context.source.steps) {
    lookUp(call);
    if (compensation !== undefined) lookUp(compensation);
  }
  const schemas = new Map<Schema, JsonSchema | undefined>();
  return {
    agentOf: (call) => agents.get(call),
    schemaOf(agent, part) {
      const schema = agent[part];
      if (schema === undefined) return undefined;
      if (!schemas.has(schema)) schemas.set(schema, jsonSchemaOf(schema, part === "output" ? "output" : "input"));
      return schemas.get(schema);
    },
  };
}

function reportMissing({ report, suggest }: CheckContext, agents: AgentCatalog, { agent, path }: AgentCall): void {
  if (agent === undefined) return;
  const versions = agents.versions(agent.id);
  if (versions.length === 0) {
    const message = `No agent has the id ${quoted(agent.id)}`;
    const fix = suggest(agent.id, agents.ids()) ?? "register it";
    report({ code: "AGENT_UNKNOWN", message, fix, place: { path: [...path, "agent", "id"] } });
  } else {
    const message = `No version of ${quoted(agent.id)} is in the range ${quoted(agent.version ?? "*")}`;
    const fix = `the versions are ${quotedList(versions)}`;
    report({ code: "AGENT_VERSION", message, fix, place: { path: [...path, "agent", "version"] } });
  }
}
