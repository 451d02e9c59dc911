import { builtInIds } from "../../lib/agents/built-in-ids.ts";

/**
 * Whether the text of a file surely means the same to every server: each step waits, or calls a built-in agent. Whether the rest
 * of it is right is left to the server.
 */
export function isPlainSource(text: string): boolean {
  const steps = property(parse(text), "steps");
  return Array.isArray(steps) && steps.every(isPlainStep);
}

function isPlainStep(step: unknown): boolean {
  const agents = [property(step, "agent"), property(property(step, "compensate"), "agent")];
  const named = agents.filter((agent) => agent !== undefined);
  const doesSomething = named.length > 0 || property(step, "wait") !== undefined;
  return doesSomething && property(step, "workflow") === undefined && named.every(isBuiltIn);
}

function isBuiltIn(agent: unknown): boolean {
  const id = property(agent, "id");
  return typeof id === "string" && builtInIds.has(id);
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is wrong is said by whoever reads it more closely.
    return undefined;
  }
}
