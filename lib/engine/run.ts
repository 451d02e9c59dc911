import type { AnyAgent } from "../agents/agent.ts";
import type { Workflow } from "../workflow.ts";
import { createEngine } from "./create-engine.ts";
import type { EngineOptions, StartOptions } from "./engine.ts";
import type { ResultOutput, TypedBy, TypedWorkflow } from "./typed-workflow.ts";
import type { ExecutionResult } from "./view.ts";

/** A workflow with the agents it brings along, as `defineWorkflow()` gives it. */
export interface RunnableWorkflow<Input = unknown, Output = unknown> extends TypedBy<Input, Output> {
  readonly workflow: Workflow;
  readonly agents?: readonly AnyAgent[];
  /** Workflows that its steps run as children. */
  readonly workflows?: readonly Workflow[];
}

export interface RunOptions<Input = unknown> extends StartOptions<Input>, Omit<EngineOptions, "agents"> {
  /** Agents that the workflow names and does not bring along. */
  readonly agents?: readonly AnyAgent[];
}

/**
 * Runs a workflow once, in this process, to its end. A failed or cancelled run is a result like any other; what rejects
 * is a run that could not be started. To run many, make one engine with `createEngine()`.
 *
 * @example
 * ```ts
 * const result = await run(greet, { input: { name: "Ada" } });
 * if (result.status === "completed") console.log(result.output);
 * ```
 */
export async function run<Input = unknown, Output = unknown>(
  definition: RunnableWorkflow<Input, Output>,
  options: RunOptions<Input> = {},
): Promise<ExecutionResult<ResultOutput<Output>>> {
  await using engine = createEngine({
    ...options,
    agents: [...(definition.agents ?? []), ...(options.agents ?? [])],
    workflows: [...(definition.workflows ?? []), ...(options.workflows ?? [])],
  });
  const workflow: TypedWorkflow<Input, Output> = definition.workflow;
  const { execution } = await engine.start(workflow, options);
  return await execution.result;
}
