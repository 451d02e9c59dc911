import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseWorkflow } from "../dsl/compile.ts";
import type { WorkflowFile } from "../dsl/load-workflow.ts";
import { projectFiles, projectRoot } from "../dsl/project-files.ts";
import type { AnyAgent } from "../lib/agents/agent.ts";
import { withBuiltIns } from "../lib/agents/with-built-ins.ts";
import type { RunnableWorkflow } from "../lib/engine/run.ts";
import type { TypedWorkflow } from "../lib/engine/typed-workflow.ts";
import type { Workflow } from "../lib/workflow.ts";

/**
 * A workflow in any form that a test has at hand: what `defineWorkflow()` gives, an AST, an imported `.o8.json` file, the
 * path of one (from the current folder) or its URL, or the JSON text itself.
 */
export type WorkflowSource<Input = unknown, Output = unknown> =
  | RunnableWorkflow<Input, Output>
  | TypedWorkflow<Input, Output>
  | WorkflowFile<Input, Output>
  | string
  | URL;

/** A workflow with what it needs to run. */
export interface OpenedWorkflow {
  readonly workflow: Workflow;
  readonly agents: readonly AnyAgent[];
  /** What its steps run as children. */
  readonly workflows: readonly Workflow[];
}

/** Agents that steps may name in JSON; `"any"` where none is called. */
export type KnownAgents = readonly AnyAgent[] | "any";

/**
 * Reads a workflow, checked against the agents that there are.
 *
 * @throws {InvalidWorkflowError} with all diagnostics.
 */
export function openWorkflow(source: WorkflowSource, agents: KnownAgents = []): OpenedWorkflow {
  if (typeof source === "string" || source instanceof URL) return withoutOwn(openText(source, agents));
  if ("workflow" in source) {
    const { workflow, agents: own = [], workflows = [] } = source;
    return { workflow, agents: own, workflows };
  }
  if (isAst(source)) return withoutOwn(source);
  // As text it goes through the same reader as any file.
  return withoutOwn(openText(JSON.stringify(source), agents));
}

function isAst(source: TypedWorkflow | WorkflowFile): source is TypedWorkflow {
  return "kind" in source;
}

function withoutOwn(workflow: Workflow): OpenedWorkflow {
  return { workflow, agents: [], workflows: [] };
}

function openText(source: string | URL, known: KnownAgents): Workflow {
  const agents = known === "any" ? undefined : withBuiltIns(known);
  if (typeof source === "string" && source.trimStart().startsWith("{")) return parseWorkflow(source, { agents });
  const folder = process.cwd();
  const path = source instanceof URL ? fileURLToPath(source) : resolve(folder, source);
  const name = relative(folder, path);
  const files = projectFiles(path, { root: projectRoot(path, folder), name, agents });
  return parseWorkflow(readFileSync(path, "utf8"), { file: name, agents, files });
}
