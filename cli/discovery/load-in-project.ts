import { dirname, resolve } from "node:path";
import type { CliContext } from "../context.ts";
import { type LoadedFile, loadWorkflow } from "../load.ts";
import { reportProblems } from "./report-problems.ts";
import { loadProject, partsOf } from "./load-project.ts";

/**
 * Loads a workflow file with what its project has: steps may name its agents, and run its workflows. The project is only
 * loaded for a file that needs it; what is wrong in it is said on stderr.
 *
 * @throws {CliError} when there is no workflow to check.
 */
export async function loadInProject(file: string, context: CliContext): Promise<LoadedFile> {
  return await loadWorkflow(file, context, {
    project: async () => {
      const project = await loadProject(context, dirname(resolve(context.cwd, file)));
      reportProblems(project.problems, context);
      return partsOf(project);
    },
  });
}
