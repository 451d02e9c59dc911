import { join, resolve } from "node:path";
import type { CliContext } from "../context.ts";
import { projectFolder } from "./project-folder.ts";

export interface StateValues {
  readonly "state-dir": string | undefined;
}

/** The folder of the journal and of what the project's server keeps, absolute. It may not be there yet. */
export async function stateFolder(
  { "state-dir": folder }: StateValues,
  { cwd }: Pick<CliContext, "cwd">,
): Promise<string> {
  return folder === undefined ? join(await projectFolder(cwd), ".orchestr8") : resolve(cwd, folder);
}
