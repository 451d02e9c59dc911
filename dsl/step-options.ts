import type { AgentContext, AnyAgent } from "../lib/agents/agent.ts";
import type { StandardSchema } from "../lib/agents/standard-schema.ts";
import type { ErrorRecord } from "../lib/engine/events.ts";
import type { StepStatus } from "../lib/engine/state.ts";
import type { StepPoliciesInput } from "./policies.ts";
import type { ExpressionValue, JsonTemplate, Ref, TemplateInput, ValueOf } from "./typed-value.ts";

/** A defined step, for the steps after it to refer to. */
export interface StepHandle<Output> {
  readonly id: string;
  /** The step's output. Possibly undefined in type when the step may be skipped or its failure is passed over. */
  readonly output: Ref<Output>;
  readonly status: Ref<StepStatus>;
  /** Missing unless the step failed. */
  readonly error: Ref<ErrorRecord | undefined>;
}

/** What a step may say besides what it does. */
export interface CommonStepOptions<Condition, OnErrorChoice, FallbackOutput> {
  readonly name?: string;
  readonly description?: string;
  /** Steps to wait for without using their output: handles, or ids where the step is defined later. */
  readonly dependsOn?: readonly (StepHandle<unknown> | string)[];
  /** False skips the step. */
  readonly condition?: Condition;
  /** Default `"fail"`; a `fallback` implies `"fallback"`. */
  readonly onError?: OnErrorChoice;
  /** Runs only if this step fails, and its output takes the place of this step's. */
  readonly fallback?: StepHandle<FallbackOutput>;
  readonly policies?: StepPoliciesInput<JsonTemplate>;
}

/** A step that calls an agent: the agent itself, whose types are checked, or the id of one that is registered. */
export interface AgentStepOptions<A extends AnyAgent | string, C, E, F> extends CommonStepOptions<C, E, F> {
  readonly agent: A;
  /** A semver range of the agent. Default: any version. */
  readonly version?: string;
  readonly config?: JsonTemplate;
  readonly input: TemplateInput<NoInfer<AgentInput<A>>>;
}

/** A step that is a function of the module: it can only run where the module is loaded. */
export interface RunStepOptions<Given, Output, C, E, F> extends CommonStepOptions<C, E, F> {
  readonly input?: Given;
  /** Gets what `input` gives when the step runs. */
  readonly run: (input: ValueOf<Given>, context: AgentContext, signal: AbortSignal) => Promise<Output> | Output;
}

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

// oxlint-disable-next-line typescript/no-explicit-any -- nothing is known about an agent that is only named
type AgentOutput<A> = A extends { execute(...args: never[]): infer Output } ? Awaited<Output> : any;

/** What is left for later steps: undefined joins in where the step may end without an output. */
type Settled<Output, C, E> =
  | Output
  | (C extends ExpressionValue<boolean> ? undefined : never)
  | (E extends "continue" ? undefined : never);

/** Either output may come when there is a fallback. */
type Recovered<Output, F> = Output | ([F] extends [never] ? never : F);

/** Adds a step to the workflow that is being defined. */
export interface DefineStep {
  <
    Given extends JsonTemplate,
    Output,
    C extends ExpressionValue<boolean> | undefined = undefined,
    E extends "fail" | "continue" | "retry" | "fallback" = "fail",
    F = never,
  >(
    id: string,
    options: RunStepOptions<Given, Output, C, E, F>,
  ): StepHandle<Settled<Recovered<Awaited<Output>, F>, C, E>>;
  <
    A extends AnyAgent | string,
    C extends ExpressionValue<boolean> | undefined = undefined,
    E extends "fail" | "continue" | "retry" | "fallback" = "fail",
    F = never,
  >(
    id: string,
    options: AgentStepOptions<A, C, E, F>,
  ): StepHandle<Settled<Recovered<AgentOutput<A>, F>, C, E>>;
}
