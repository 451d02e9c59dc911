import type { AnyAgent } from "../agents/agent.ts";
import type { Workflow } from "../workflow.ts";
import { createEngine } from "./create-engine.ts";
import type { EngineOptions, StartOptions } from "./engine.ts";
import type { ExecutionResult } from "./view.ts";

/** A workflow with the agents it brings along, as `defineWorkflow()` gives it. */
export interface RunnableWorkflow {
  readonly workflow: Workflow;
  readonly agents?: readonly AnyAgent[];
  /** Workflows that its steps run as children. */
  readonly workflows?: readonly Workflow[];
}

export interface RunOptions extends StartOptions, Omit<EngineOptions, "agents"> {
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
export async function run(definition: RunnableWorkflow, options: RunOptions = {}): Promise<ExecutionResult> {
  await using engine = createEngine({
    ...options,
    agents: [...(definition.agents ?? []), ...(options.agents ?? [])],
    workflows: [...(definition.workflows ?? []), ...(options.workflows ?? [])],
  });
  const { execution } = await engine.start(definition.workflow, options);
  return await execution.result;
}
