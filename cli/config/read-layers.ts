import { existsSync } from "node:fs";
import type { CliContext } from "../context.ts";
import { projectFolder } from "../journal/project-folder.ts";
import { projectConfigFile, userConfigFile } from "./config-files.ts";
import { addToEnvironment, type EnvironmentFile, readEnvironmentFile } from "./environment-file.ts";
import type { Layer } from "./origin.ts";
import { type LayerValues, readConfig, type Said } from "./read-config.ts";
import { readVariables } from "./read-variables.ts";
import { checkSetting, settingFromText } from "./setting-value.ts";
import { variableOf } from "./settings.ts";

/** What is configured around a command line. */
export interface Configured {
  /** The project's folder, absolute. */
  readonly folder: string;
  readonly configFile: string | undefined;
  readonly environmentFile: EnvironmentFile | undefined;
  readonly layers: Readonly<Record<Exclude<Layer, "flag" | "default">, LayerValues>>;
}

/**
 * Reads the configs and the environment. The environment file has then been added to the environment of the process.
 *
 * @throws {CliError} that names the place of the first thing that is wrong.
 */
export async function readLayers(envFileFlag: string | undefined, context: CliContext): Promise<Configured> {
  const folder = await projectFolder(context.cwd);
  const configFile = await projectConfigFile(folder);
  const userFile = userConfigFile(context);
  const project = configFile === undefined ? none : await readConfig(configFile, "project", context);
  const user = userFile === undefined || !existsSync(userFile) ? none : await readConfig(userFile, "user", context);
  const named =
    saidByFlag(envFileFlag, context) ?? saidByVariable(context) ?? project.get("envFile") ?? user.get("envFile");
  const environmentFile = await readEnvironmentFile(named, folder, context);
  if (environmentFile !== undefined) addToEnvironment(environmentFile, context);
  const environment = readVariables(context, environmentFile);
  return { folder, configFile, environmentFile, layers: { environment, project, user } };
}

const none: LayerValues = new Map();

/** Before all other variables: it says where more of them are. */
function saidByVariable({ env, cwd }: CliContext): Said | undefined {
  const name = variableOf("envFile");
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  return {
    value: text === "false" ? false : text,
    origin: { layer: "environment", place: `the variable ${name}`, folder: cwd },
  };
}

function saidByFlag(text: string | undefined, { cwd }: CliContext): Said | undefined {
  if (text === undefined) return undefined;
  const origin = { layer: "flag", place: "--env-file", folder: cwd } as const;
  return { value: checkSetting("envFile", settingFromText("envFile", text), origin), origin };
}
