import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CliContext } from "../context.ts";
import { projectFolder } from "../journal/project-folder.ts";
import { projectConfigFile, userConfigFile } from "./config-files.ts";

/** Whether anything but the command line may say something to a setting: most calls need load nothing to know that. */
export async function isConfigured(context: CliContext): Promise<boolean> {
  const user = userConfigFile(context);
  if (user !== undefined && existsSync(user)) return true;
  if (Object.keys(context.env).some((name) => name.startsWith("ORCHESTR8_"))) return true;
  const folder = await projectFolder(context.cwd);
  return existsSync(join(folder, ".env")) || (await projectConfigFile(folder)) !== undefined;
}
