import { nearest } from "../../dsl/nearest.ts";
import { type Scaffold, scaffoldAgent, scaffoldAgentsPackage, scaffoldWorkflow } from "../../templates/scaffold.ts";
import { usageError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { projectFolder } from "../journal/project-folder.ts";

export interface PartValues {
  readonly kind: string;
  readonly name: string;
  readonly ts: boolean;
}

/** Makes what was asked for. */
export type Create = (options: { readonly isDryRun: boolean }) => Scaffold;

const kinds = ["agent", "workflow", "agents-package"] as const;

/**
 * Finds out what to create, and where: agents and workflows in the project that the current folder belongs to, a package in
 * the current folder.
 */
export async function scaffoldPart({ kind, name, ts }: PartValues, { cwd }: CliContext): Promise<Create> {
  if (ts && kind !== "workflow")
    throw usageError('Cannot use "--ts": only a workflow can be in JSON', 'leave "--ts" out');
  if (kind === "agents-package") return (options) => scaffoldAgentsPackage(name, { ...options, cwd });
  const project = await projectFolder(cwd);
  if (kind === "agent") return (options) => scaffoldAgent(name, { ...options, cwd: project });
  if (kind === "workflow") return (options) => scaffoldWorkflow(name, { ...options, cwd: project, isTypeScript: ts });
  const near = nearest(kind, kinds);
  throw usageError(
    `Cannot create "${kind}": it must be agent, workflow or agents-package`,
    near === undefined ? "see --help" : `use "${near}"`,
  );
}
