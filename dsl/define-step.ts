import type { AnyAgent } from "../lib/agents/agent.ts";
import type { FileWorkflow } from "../lib/workflow.ts";
import type { AgentOutput, WorkflowOutput } from "./callee-types.ts";
import type { ItemsInput, Listed } from "./item-types.ts";
import type {
  AgentStepOptions,
  Recovered,
  RunStepOptions,
  Settled,
  Shaped,
  StepHandle,
  WorkflowStepOptions,
} from "./step-options.ts";
import type { ExpressionValue, JsonTemplate } from "./typed-value.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

type Condition = ExpressionValue<boolean> | undefined;
type OnErrorChoice = "fail" | "continue" | "retry" | "fallback";
// oxlint-disable-next-line typescript/no-explicit-any -- any workflow fits, whatever it takes and gives
type AnyWorkflow = WorkflowDefinition<any, any> | FileWorkflow | string;

type Handle<Output, Items, C, E, F> = StepHandle<Settled<Recovered<Listed<Output, Items>, F>, C, E>>;

/** Adds a step to the workflow that is being defined. */
export interface DefineStep {
  <
    Given extends JsonTemplate,
    Output,
    Items extends ItemsInput = never,
    Undo extends AnyAgent | string = string,
    C extends Condition = undefined,
    E extends OnErrorChoice = "fail",
    F = never,
    Shape = never,
  >(
    id: string,
    options: RunStepOptions<Given, Output, Items, Undo, C, E, F, Shape>,
  ): Handle<Shaped<Awaited<Output>, Shape>, Items, C, E, F>;
  <
    W extends AnyWorkflow,
    Items extends ItemsInput = never,
    Undo extends AnyAgent | string = string,
    C extends Condition = undefined,
    E extends OnErrorChoice = "fail",
    F = never,
    Shape = never,
  >(
    id: string,
    options: WorkflowStepOptions<W, WorkflowOutput<W>, Items, Undo, C, E, F, Shape>,
  ): Handle<Shaped<WorkflowOutput<W>, Shape>, Items, C, E, F>;
  <
    A extends AnyAgent | string,
    Items extends ItemsInput = never,
    Undo extends AnyAgent | string = string,
    C extends Condition = undefined,
    E extends OnErrorChoice = "fail",
    F = never,
    Shape = never,
  >(
    id: string,
    options: AgentStepOptions<A, Items, Undo, C, E, F, Shape>,
  ): Handle<Shaped<AgentOutput<A>, Shape>, Items, C, E, F>;
}
