import { dirname, resolve } from "node:path";
import type { CliContext } from "../context.ts";
import { projectFolder } from "../journal/project-folder.ts";
import { type LoadedFile, loadWorkflow } from "../load.ts";
import { loadProject, partsOf, type Project } from "./load-project.ts";
import { reportProblems } from "./report-problems.ts";

/** Gives the project around a folder. */
export type ProjectLoader = (near: string) => Promise<Project>;

/** Loads each project once, and then says on stderr what is wrong in it. */
export function createProjectLoader(context: CliContext): ProjectLoader {
  const projects = new Map<string, Promise<Project>>();
  return async (near) => {
    const folder = await projectFolder(near);
    const known = projects.get(folder);
    if (known !== undefined) return await known;
    const loading = loadProject(context, folder);
    projects.set(folder, loading);
    const project = await loading;
    reportProblems(project.problems, context);
    return project;
  };
}

/**
 * Loads a workflow file with what its project has: steps may name its agents, and run its workflows. The project is only
 * loaded for a file that needs it.
 *
 * @throws {CliError} when there is no workflow to check.
 */
export async function loadInProject(
  file: string,
  context: CliContext,
  load: ProjectLoader = createProjectLoader(context),
): Promise<LoadedFile> {
  const project = async () => partsOf(await load(dirname(resolve(context.cwd, file))));
  return await loadWorkflow(file, context, { project });
}
