import type { Agent, AgentContext, AgentSetup, Schema } from "./agent.ts";

/**
 * For agents that are classes: state, shared code, or a constructor that takes what they need. With `setup`, an instance
 * belongs to one engine.
 */
export abstract class BaseAgent<Input = unknown, Output = unknown, Config = unknown> implements Agent<Input, Output> {
  abstract readonly id: string;
  abstract readonly version: string;
  readonly description: string | undefined = undefined;
  readonly input: Schema<Input> | undefined = undefined;
  readonly output: Schema<Output> | undefined = undefined;
  readonly config: Schema<Config> | undefined = undefined;
  readonly semantics: "at-least-once" | "at-most-once" = "at-least-once";

  /** See {@link Agent.execute}: stop early when `signal` aborts, expect to be called more than once. */
  abstract execute(input: Input, context: AgentContext, signal: AbortSignal): Promise<Output> | Output;

  /** Implement it to throw when an input that fits the schema still makes no sense. */
  validate?(input: Input): void;

  /** Implement it to have calls count against a workflow's budget. */
  usage?(output: Output): { readonly tokens?: number; readonly usd?: number };

  /** Implement it to be configured by the operator, and to open what calls share. See {@link Agent.setup}. */
  setup?(setup: AgentSetup<Config>): unknown;

  /** Implement it to keep circuits apart, such as by the host that is called. See {@link Agent.target}. */
  target?(input: unknown): string | undefined;

  /** Implement it to free what the agent holds, once, as its engine closes. */
  dispose?(resource: unknown): void | PromiseLike<void>;
}
