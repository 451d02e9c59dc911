import type { Agent, AgentContext, Schema } from "./agent.ts";

/** For agents that are classes: state, shared code, or a constructor that takes what they need. */
export abstract class BaseAgent<Input = unknown, Output = unknown> implements Agent<Input, Output> {
  abstract readonly id: string;
  abstract readonly version: string;
  readonly description: string | undefined = undefined;
  readonly input: Schema<Input> | undefined = undefined;
  readonly output: Schema<Output> | undefined = undefined;
  readonly config: Schema | undefined = undefined;
  readonly semantics: "at-least-once" | "at-most-once" = "at-least-once";

  /** See {@link Agent.execute}: stop early when `signal` aborts, expect to be called more than once. */
  abstract execute(input: Input, context: AgentContext, signal: AbortSignal): Promise<Output> | Output;

  /** Implement it to throw when an input that fits the schema still makes no sense. */
  validate?(input: Input): void;

  /** Implement it to have calls count against a workflow's budget. */
  usage?(output: Output): { readonly tokens?: number; readonly usd?: number };
}
