import type { JsonSchema } from "../json.ts";
import { assertAgentIdentity } from "./agent-identity.ts";
import type { Agent, AgentContext, AgentSetup, Schema } from "./agent.ts";
import type { StandardSchema } from "./standard-schema.ts";

/** What {@link defineAgent} takes. `Given` is what a step passes, `Input` what the schema makes of it. */
export interface AgentDefinition<Given, Input, Output, Config = unknown, Resource = unknown> {
  readonly id: string;
  readonly version: string;
  readonly description?: string;
  readonly input?: JsonSchema | StandardSchema<Given, Input>;
  readonly output?: Schema<Output>;
  readonly config?: Schema<Config>;
  /** Written above `execute`, its result gives `context.resource` its type. */
  setup?(setup: AgentSetup<Config>): Resource | Promise<Resource>;
  execute(input: Input, context: AgentContext<Resource>, signal: AbortSignal): Promise<Output> | Output;
  validate?(input: Input): void;
  readonly semantics?: "at-least-once" | "at-most-once";
  usage?(output: Output): { readonly tokens?: number; readonly usd?: number };
  target?(input: unknown): string | undefined;
  dispose?(resource: Resource): void | PromiseLike<void>;
}

/** An agent that also knows the type its input has before the schema's defaults and transformations. */
export interface DefinedAgent<Given, Input, Output, Resource = unknown> extends Agent<Input, Output, Resource> {
  readonly input?: JsonSchema | StandardSchema<Given, Input> | undefined;
}

/**
 * Makes an agent from functions. Its types come from the Standard Schemas; with JSON Schemas, or none, from the types
 * written at `execute`.
 *
 * @throws {TypeError} when `id` is not `@scope/name` or `version` is not semver.
 */
export function defineAgent<Given = unknown, Input = Given, Output = unknown, Config = unknown, Resource = unknown>(
  definition: AgentDefinition<Given, Input, Output, Config, Resource>,
): DefinedAgent<Given, Input, Output, Resource> {
  assertAgentIdentity(definition);
  return Object.freeze({ ...definition });
}
