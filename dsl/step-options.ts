import type { AgentContext } from "../lib/agents/agent.ts";
import type { StandardSchema } from "../lib/agents/standard-schema.ts";
import type { ErrorRecord } from "../lib/engine/events.ts";
import type { StepStatus } from "../lib/engine/state.ts";
import type { JsonSchema } from "../lib/json.ts";
import type { AgentInput, AgentOutput, WorkflowInput } from "./callee-types.ts";
import type { ElementOf, ForEachOptions, IfItems, Listed, PerItem } from "./item-types.ts";
import type { DurationInput, StepPoliciesInput } from "./policies.ts";
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
  /**
   * Runs only if this step fails, and its output takes the place of this step's. An id where that step is defined later: its
   * output is then taken to be of this step's type.
   */
  readonly fallback?: StepHandle<FallbackOutput> | string;
}

/** What a step that calls something may say besides. `Output` is what one run gives. */
export interface CallStepOptions<Output, Items, Undo, C, E, F, Shape> extends CommonStepOptions<C, E, F> {
  /** Runs the step once for each item. A function in `input`, `config` or a policy gets the item and its index. */
  readonly forEach?: ForEachOptions<Items>;
  readonly repeat?: RepeatOptions<Output, Items>;
  readonly output?: StepOutputOptions<Shape>;
  readonly compensate?: CompensateOptions<Listed<Output, Items>, Undo>;
}

/** What a step says of its output; with `forEach` and `repeat`, of the output of each run. */
export interface StepOutputOptions<Shape> {
  /**
   * What the output must fit, on top of what the agent's own schema says: a JSON Schema, or a Standard Schema that can be
   * written as one; it types the output. One that does not fit fails the step, without another attempt.
   */
  readonly schema?: JsonSchema | StandardSchema<Shape, unknown>;
  /**
   * Values to hide from what is shown of the execution, such as `"user.email"`; an array on the way stands for all of its
   * items. Steps still read them.
   */
  readonly redact?: readonly string[];
}

/** The type of a step's output: as the step says, or else as what it calls does. */
export type Shaped<Output, Shape> = [Shape] extends [never] ? Output : Shape;

/** Runs the step again until its output is right; the last output is the step's. */
export interface RepeatOptions<Output, Items> {
  /** Gets the output of each run. With `forEach` that is one item's, and the item and its index come after it. */
  readonly until: (
    output: Ref<Output>,
    item: IfItems<Items, Ref<ElementOf<Items>>>,
    index: IfItems<Items, Ref<number>>,
  ) => ExpressionValue<boolean>;
  /** Runs in total, up to 10,000. After the last one the step completes, whatever `until` says. */
  readonly maxIterations: number;
  /** Between two runs, default 0. */
  readonly delay?: DurationInput;
}

/** Undoes the completed step when the execution fails or is cancelled. */
export interface CompensateOptions<Output, Undo> {
  readonly agent: Undo;
  /** A semver range of the agent. Default: any version. */
  readonly version?: string;
  readonly config?: JsonTemplate | ((output: Ref<Output>) => JsonTemplate);
  /** A function gets the step's output. */
  readonly input:
    | TemplateInput<NoInfer<AgentInput<Undo>>>
    | ((output: Ref<Output>) => TemplateInput<NoInfer<AgentInput<Undo>>>);
}

/** A step that calls an agent: the agent itself, whose types are checked, or the id of one that is registered. */
export interface AgentStepOptions<A, Items, Undo, C, E, F, Shape = never> extends CallStepOptions<
  NoInfer<Shaped<AgentOutput<A>, Shape>>,
  Items,
  Undo,
  C,
  E,
  F,
  Shape
> {
  readonly agent: A;
  /** A semver range of the agent. Default: any version. */
  readonly version?: string;
  readonly config?: PerItem<Items, JsonTemplate>;
  readonly input: PerItem<Items, TemplateInput<NoInfer<AgentInput<A>>>>;
  readonly policies?: StepPoliciesInput<PerItem<Items, JsonTemplate>>;
}

/**
 * A step that runs a workflow as a child execution: its definition, whose types are checked, a file, or the id
 * of a registered one.
 */
export interface WorkflowStepOptions<W, Output, Items, Undo, C, E, F, Shape = never> extends CallStepOptions<
  NoInfer<Shaped<Output, Shape>>,
  Items,
  Undo,
  C,
  E,
  F,
  Shape
> {
  readonly workflow: W;
  readonly input: PerItem<Items, TemplateInput<NoInfer<WorkflowInput<W>>>>;
  readonly policies?: Pick<StepPoliciesInput, "use" | "timeout" | "retry">;
}

/** A step that is a function of the module: it can only run where the module is loaded. */
export interface RunStepOptions<Given, Output, Items, Undo, C, E, F, Shape = never> extends CallStepOptions<
  NoInfer<Shaped<Awaited<Output>, Shape>>,
  Items,
  Undo,
  C,
  E,
  F,
  Shape
> {
  readonly input?: PerItem<Items, Given>;
  /** Gets what `input` gives when the step runs. Write it before `repeat` and `compensate`, whose types it tells. */
  readonly run: (input: ValueOf<Given>, context: AgentContext, signal: AbortSignal) => Promise<Output> | Output;
  readonly policies?: StepPoliciesInput<PerItem<Items, JsonTemplate>>;
}

/** What is left for later steps: undefined joins in where the step may end without an output. */
export type Settled<Output, C, E> =
  | Output
  | (C extends ExpressionValue<boolean> ? undefined : never)
  | (E extends "continue" ? undefined : never);

/** Either output may come when there is a fallback. */
export type Recovered<Output, F> = Output | ([F] extends [never] ? never : F);
