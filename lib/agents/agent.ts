import type { JsonSchema, JsonValue } from "../json.ts";
import type { Logger } from "../log.ts";
import type { StandardSchema } from "./standard-schema.ts";

/** How data is described: a JSON Schema document or any Standard Schema, such as a valibot or zod schema. */
export type Schema<T = unknown> = JsonSchema | StandardSchema<unknown, T>;

/**
 * Something a step can call. Implement it with `defineAgent()` or by extending `BaseAgent`.
 *
 * `execute` may be called more than once for one step: after a failure, a timeout or a crash. Use
 * `context.idempotencyKey` where the effect must not happen twice.
 */
export interface Agent<Input = unknown, Output = unknown> {
  /** `@scope/name`. */
  readonly id: string;
  /** Semver. */
  readonly version: string;
  readonly description?: string | undefined;
  readonly input?: Schema<Input> | undefined;
  readonly output?: Schema<Output> | undefined;
  /** Describes `context.config`, which a workflow's step gives under `agent.config`. */
  readonly config?: Schema | undefined;
  /**
   * What a restart does about an attempt that its process did not survive. `"at-least-once"`, the default, calls the agent
   * again, under the same idempotency key. `"at-most-once"` fails the step with `STEP_INTERRUPTED` instead.
   */
  readonly semantics?: "at-least-once" | "at-most-once" | undefined;
  /** Does the work. It must stop early when `signal` aborts; the reason tells a timeout from a cancellation. */
  execute(input: Input, context: AgentContext, signal: AbortSignal): Promise<Output> | Output;
  /** Throws when an input that fits the schema still makes no sense. Runs before every first attempt. */
  validate?(input: Input): void;
  /** What a call that gave this output used up, for the workflow's budget. */
  usage?(output: Output): { readonly tokens?: number; readonly usd?: number };
}

/** What one attempt knows about where it runs. */
export interface AgentContext {
  readonly executionId: string;
  readonly stepId: string;
  /** 0-based, in a step with `forEach`. */
  readonly item: number | undefined;
  /** 1-based. */
  readonly attempt: number;
  /**
   * `<executionId>:<stepId>[:<item>]`: the same for every attempt, across restarts and machines. A further iteration of a
   * step with `repeat`, and a compensation, have keys of their own. A step's policy `idempotencyKey` gives another one.
   */
  readonly idempotencyKey: string;
  /** From the caller who started the execution to every log line and span. */
  readonly correlationId: string;
  /** Milliseconds since the epoch at which this attempt times out. */
  readonly deadline: number;
  /** The step's `agent.config`, checked against the agent's `config` schema. */
  readonly config: JsonValue | undefined;
  /** The engine's `secrets`, by name. They are kept out of everything that is recorded or shown. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly logger: Logger;
  /** `fetch` bound to this attempt: its signal, its trace and its `Idempotency-Key`. */
  readonly fetch: typeof globalThis.fetch;
  /** Tells observers how far the work is. Not journaled. */
  readonly progress: (value: JsonValue) => void;
}

/** An agent whose types no longer matter, as registries hold them. */
// oxlint-disable-next-line typescript/no-explicit-any -- any agent fits, whatever it takes and gives
export type AnyAgent = Agent<any, any>;
