import type { AnyAgent } from "../lib/agents/agent.ts";
import type { TypedBy, TypedWorkflow } from "../lib/engine/typed-workflow.ts";
import type { Workflow } from "../lib/workflow.ts";

/**
 * A workflow and what its module brings along. `Input` is what a caller passes, `Output` what comes back.
 */
export interface WorkflowDefinition<Input = unknown, Output = unknown> extends TypedBy<Input, Output> {
  readonly workflow: TypedWorkflow<Input, Output>;
  /** What steps were given as objects or functions, for the registry of whoever runs the workflow. */
  readonly agents: readonly AnyAgent[];
  /** Workflows that steps run and were given as definitions, and theirs in turn. Their agents are among `agents`. */
  readonly workflows: readonly Workflow[];
}
