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
export interface Agent<Input = unknown, Output = unknown, Resource = unknown> {
  /** `@scope/name`. */
  readonly id: string;
  /** Semver. */
  readonly version: string;
  readonly description?: string | undefined;
  readonly input?: Schema<Input> | undefined;
  readonly output?: Schema<Output> | undefined;
  /**
   * Describes the agent's configuration, which comes from one place. With `setup` it is the operator's, given once to
   * `createEngine({ agentConfig })`, and no step can say otherwise. Without, it is `agent.config` of the step that calls.
   */
  readonly config?: Schema | undefined;
  /**
   * What a restart does about an attempt that its process did not survive. `"at-least-once"`, the default, calls the agent
   * again, under the same idempotency key. `"at-most-once"` fails the step with `STEP_INTERRUPTED` instead.
   */
  readonly semantics?: "at-least-once" | "at-most-once" | undefined;
  /**
   * Makes what calls share, such as a client or a pool: `context.resource`. An engine calls it once, when the first step
   * needs the agent, and again only if it failed.
   */
  setup?(setup: AgentSetup): Resource | Promise<Resource>;
  /** Does the work. It must stop early when `signal` aborts; the reason tells a timeout from a cancellation. */
  execute(input: Input, context: AgentContext<Resource>, signal: AbortSignal): Promise<Output> | Output;
  /** Throws when an input that fits the schema still makes no sense. Runs before every first attempt. */
  validate?(input: Input): void;
  /** What a call that gave this output used up, for the workflow's budget. */
  usage?(output: Output): { readonly tokens?: number; readonly usd?: number };
  /**
   * What a call is about, such as the host of its URL: a circuit breaker whose policy names no `target` keeps those apart.
   * It is given the input before that was checked, and must not throw.
   */
  target?(input: unknown): string | undefined;
  /**
   * Frees what the agent holds. An engine calls it once, as it closes, with what `setup` gave; not if `setup` never did.
   * An agent belongs to its engine: one that has no `setup` is disposed with it, too.
   */
  dispose?(resource: Resource): void | PromiseLike<void>;
  /** Called in place of `dispose`, where there is none. */
  [Symbol.asyncDispose]?(): PromiseLike<void>;
}

/** What an agent is set up with. */
export interface AgentSetup<Config = unknown> {
  /** The operator's, checked against the agent's `config` schema; `{}` with its defaults where none is given. */
  readonly config: Config;
  /** Those that the engine was given by name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly logger: Logger;
}

/** What one attempt knows about where it runs. */
export interface AgentContext<Resource = unknown> {
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
  /** The step's `agent.config`, checked against the agent's `config` schema. Undefined for an agent with `setup`. */
  readonly config: JsonValue | undefined;
  /** What the agent's `setup` gave. */
  readonly resource: Resource;
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
export type AnyAgent = Agent<any, any, any>;
