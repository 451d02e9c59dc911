import type { StandardSchema } from "../lib/agents/standard-schema.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

/** What a step passes to an agent: the type before the input schema's defaults and transformations. */
export type AgentInput<A> = A extends string
  ? unknown
  : A extends { readonly input?: infer S }
    ? GivenBy<Extract<S, StandardSchema>, A>
    : ExecuteInput<A>;

type GivenBy<S, A> = [S] extends [StandardSchema<infer Given, unknown>]
  ? unknown extends Given
    ? ExecuteInput<A>
    : Given
  : ExecuteInput<A>;

type ExecuteInput<A> = A extends { execute(input: infer Input, ...rest: never[]): unknown } ? Input : unknown;

/** What an agent gives. */
// oxlint-disable-next-line typescript/no-explicit-any -- nothing is known about an agent that is only named
export type AgentOutput<A> = A extends { execute(...args: never[]): infer Output } ? Awaited<Output> : any;

/** What a caller passes to a workflow. */
export type WorkflowInput<W> = W extends WorkflowDefinition<infer Input> ? Input : unknown;

/** What a workflow gives. Nothing is known of one that is only named, or whose output is the outputs of its steps. */
export type WorkflowOutput<W> =
  W extends WorkflowDefinition<unknown, infer Output> ? ([Output] extends [never] ? unknown : Output) : unknown;
