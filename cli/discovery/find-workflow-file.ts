import { nearest } from "../../dsl/nearest.ts";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";

/**
 * The file of a workflow that is named by its file, or by its id in the project.
 *
 * @throws {CliError} when no workflow of the project has the id, with the nearest ones.
 */
export async function findWorkflowFile(verb: string, name: string, context: CliContext): Promise<string> {
  if (isFile(name)) return name;
  const { loadProject } = await import("./load-project.ts");
  const { workflows, problems } = await loadProject(context);
  const found = workflows.find(({ workflow }) => workflow.metadata.id === name);
  if (found !== undefined) return found.from;
  const { reportProblems } = await import("./report-problems.ts");
  reportProblems(problems, context);
  // Then nobody means an id: the loader says what a workflow file is.
  if (workflows.length === 0) return name;
  const ids = workflows.map(({ workflow }) => workflow.metadata.id);
  const near = nearest(name, ids);
  const known = ids.map((id) => `"${id}"`).join(", ");
  throw new CliError(
    "USAGE",
    `Cannot ${verb} "${name}": it is no workflow file, and the ids of the project are ${known}`,
    {
      fix: near === undefined ? 'see "orchestr8 workflows"' : `use "${near}"`,
    },
  );
}

/** An id has no folder; what ends like a file, or leads somewhere, is meant to be one. */
function isFile(name: string): boolean {
  return /\.(?:json|[cm]?[jt]s)$/.test(name) || /[/\\]/.test(name);
}
