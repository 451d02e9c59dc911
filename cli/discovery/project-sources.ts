import type { CliContext } from "../context.ts";
import { resolveSettings } from "../config/resolve-settings.ts";
import { findFiles } from "./find-files.ts";
import { projectFingerprint } from "./fingerprint.ts";

/** Where a project's agents and workflows are. Nothing of them has run. */
export interface ProjectSources {
  /** The project's folder, absolute. */
  readonly folder: string;
  /** Absolute, in order. */
  readonly agentFiles: readonly string[];
  /** As the config names them. */
  readonly agentPackages: readonly string[];
  /** Absolute, in order. */
  readonly workflowFiles: readonly string[];
  /** All of these and the config: what a server has to be restarted for. */
  readonly files: readonly string[];
}

const packageName = /^@[a-z0-9-~][a-z0-9-._~]*\/[a-z0-9-~][a-z0-9-._~]*$/;

/**
 * Looks where the configuration says.
 *
 * @throws {CliError} when the configuration is wrong.
 */
export async function findSources(context: CliContext): Promise<ProjectSources> {
  const settings = await resolveSettings({}, context);
  const { folder, configFile } = settings;
  const agents = settings.get("agents");
  const agentPackages = agents.filter((name) => packageName.test(name));
  const agentFiles = await findFiles(
    folder,
    agents.filter((name) => !packageName.test(name)),
  );
  const workflowFiles = await findFiles(folder, settings.get("workflows"));
  const config = configFile === undefined ? [] : [configFile];
  return { folder, agentFiles, agentPackages, workflowFiles, files: [...config, ...agentFiles, ...workflowFiles] };
}

/** The fingerprint of the project around a working folder, without loading any of it. */
export async function fingerprintOf(context: CliContext): Promise<string> {
  return await projectFingerprint((await findSources(context)).files);
}
