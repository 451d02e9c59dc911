import { dirname, resolve } from "node:path";
import type { CliContext } from "../context.ts";
import { projectFolder } from "../journal/project-folder.ts";
import { type LoadedFile, loadWorkflow, type ProjectParts } from "../load.ts";
import type { Project } from "./load-project.ts";

/** Gives the project around a folder. */
export type ProjectLoader = (near: string) => Promise<Project>;

/** Loads each project once, and then says on stderr what is wrong in it. */
export function createProjectLoader(context: CliContext): ProjectLoader {
  const projects = new Map<string, Promise<Project>>();
  return async (near) => {
    const folder = await projectFolder(near);
    const known = projects.get(folder);
    if (known !== undefined) return await known;
    const loading = loadAndReport(folder, context);
    projects.set(folder, loading);
    return await loading;
  };
}

/** What loads projects is loaded with the first of them: most files need none. */
async function loadAndReport(folder: string, context: CliContext): Promise<Project> {
  const { loadProject } = await import("./load-project.ts");
  const { reportProblems } = await import("./report-problems.ts");
  const project = await loadProject(context, folder);
  reportProblems(project.problems, context);
  return project;
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
  const project = async (): Promise<ProjectParts> => {
    const loaded = await load(dirname(resolve(context.cwd, file)));
    return (await import("./load-project.ts")).partsOf(loaded);
  };
  return await loadWorkflow(file, context, { project });
}
