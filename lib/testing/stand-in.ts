import type { AgentContext, AgentSetup, AnyAgent } from "../agents/agent.ts";

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
    ...(agent.target !== undefined && { target: (value: unknown) => agent.target?.(value) }),
    ...(agent.setup !== undefined && { setup: (given: AgentSetup): unknown => agent.setup?.(given) }),
    ...(agent.dispose !== undefined && { dispose: (resource: unknown) => agent.dispose?.(resource) }),
    ...(agent[Symbol.asyncDispose] !== undefined && {
      [Symbol.asyncDispose]: async () => await agent[Symbol.asyncDispose]?.(),
    }),
    ...(agent.usage !== undefined && { usage: (value: unknown) => agent.usage?.(value) ?? {} }),
    // Three parameters: an agent that names its signal is given one.
    execute: (value: unknown, context, signal) => execute(value, context, signal),
  };
}
