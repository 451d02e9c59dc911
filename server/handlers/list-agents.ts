import type { AnyAgent, Schema } from "../../lib/agents/agent.ts";
import { jsonSchemaOf } from "../../lib/agents/json-schema-of.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import type { JsonSchema } from "../../lib/json.ts";
import type { Handler } from "../route.ts";

/** The registered agents, every version, with their schemas as far as JSON Schema can say them. */
export function listAgents({ agents }: Pick<Engine, "agents">): Handler {
  return () => ({ status: 200, body: { agents: [...agents].map(describe) } });
}

function describe({ id, version, description, input, output, config, semantics }: AnyAgent): object {
  return {
    id,
    version,
    description,
    semantics: semantics ?? "at-least-once",
    input: readable(input, "input"),
    output: readable(output, "output"),
    config: readable(config, "input"),
  };
}

function readable(schema: Schema | undefined, side: "input" | "output"): JsonSchema | undefined {
  return schema === undefined ? undefined : jsonSchemaOf(schema, side);
}
