import type { AgentContext, AnyAgent } from "../agents/agent.ts";

/** An agent with all that another one has, of its class too, but for what a call of it does. */
export function standInFor(
  agent: AnyAgent,
  execute: (input: unknown, context: AgentContext, signal: AbortSignal) => unknown,
): AnyAgent {
  const { id, version, description, input, output, config, semantics } = agent;
  return {
    id,
    version,
    description,
    input,
    output,
    config,
    semantics,
    ...(agent.validate !== undefined && { validate: (value: unknown) => agent.validate?.(value) }),
    ...(agent.usage !== undefined && { usage: (value: unknown) => agent.usage?.(value) ?? {} }),
    // Three parameters: an agent that names its signal is given one.
    execute: (value: unknown, context, signal) => execute(value, context, signal),
  };
}
