import type { AnyAgent } from "../lib/agents/agent.ts";
import { createAgentRegistry } from "../lib/agents/registry.ts";
import { builtInAgents } from "../lib/agents/built-in.ts";
import type { TypedBy } from "../lib/engine/typed-workflow.ts";
import type { Workflow } from "../lib/workflow.ts";
import { parseWorkflow } from "./compile.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";
import type { WorkflowFiles } from "./workflow-files.ts";

/**
 * What an import of a `.o8.json` file gives: the document as it was written. `orchestr8 types` writes a declaration beside
 * the file that says what goes in, what comes out and which steps there are.
 */
export interface WorkflowFile<Input = unknown, Output = unknown, StepId extends string = string> extends TypedBy<
  Input,
  Output
> {
  readonly version: string;
  readonly metadata: { readonly id: string };
  readonly steps: readonly { readonly id: StepId }[];
}

/** The ids of a file's steps. */
export type StepIdOf<File> = File extends { readonly steps: readonly { readonly id: infer Id }[] } ? Id : never;

export interface LoadOptions {
  /** What its steps may call, besides the built-in agents. They are checked, and come along to whoever runs the workflow. */
  readonly agents?: readonly AnyAgent[];
  /** What its steps may run as children. */
  readonly workflows?: readonly Workflow[];
  /** Opens files that its steps name, such as `projectFiles()`. Without it a step that names one is an error. */
  readonly files?: WorkflowFiles;
  /** The name that errors carry, default the workflow's id. */
  readonly file?: string;
}

/**
 * A workflow from an imported `.o8.json` file, with the types of its declaration if it has one:
 * `run(loadWorkflow(greet), { input: { name: "Ada" } })`.
 *
 * @throws {InvalidWorkflowError} with all diagnostics.
 */
export function loadWorkflow<Input = unknown, Output = unknown>(
  document: WorkflowFile<Input, Output>,
  options: LoadOptions = {},
): WorkflowDefinition<Input, Output> {
  const { agents = [], workflows = [], files, file = document.metadata.id } = options;
  // As text it goes through the same reader as any file.
  const workflow = parseWorkflow(JSON.stringify(document), {
    file,
    agents: createAgentRegistry([...builtInAgents, ...agents]),
    files,
  });
  return Object.freeze({ workflow, agents: Object.freeze([...agents]), workflows: Object.freeze([...workflows]) });
}
