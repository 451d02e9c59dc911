import type { CliContext } from "../context.ts";
import { resolveSettings } from "../config/resolve-settings.ts";
import { findFiles } from "./find-files.ts";
import { projectFingerprint } from "./fingerprint.ts";
import { packageEntry } from "./package-entry.ts";

/** Where a project's agents and workflows are. Nothing of them has run. */
export interface ProjectSources {
  /** The project's folder, absolute. */
  readonly folder: string;
  /** Absolute, in order. */
  readonly agentFiles: readonly string[];
  readonly agentPackages: readonly AgentPackage[];
  /** Absolute, in order. */
  readonly workflowFiles: readonly string[];
  /** All of these, what the packages are imported from, and the config: what a server has to be restarted for. */
  readonly files: readonly string[];
}

export interface AgentPackage {
  /** As the config has it. */
  readonly name: string;
  /** The file that is imported, absolute; undefined where it is not installed. */
  readonly entry: string | undefined;
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
  const names = agents.filter((name) => packageName.test(name));
  const agentPackages = await Promise.all(
    names.map(async (name) => ({ name, entry: await packageEntry(name, folder) })),
  );
  const agentFiles = await findFiles(
    folder,
    agents.filter((name) => !packageName.test(name)),
  );
  const workflowFiles = await findFiles(folder, settings.get("workflows"));
  const others = [configFile, ...agentPackages.map(({ entry }) => entry)].filter((file) => file !== undefined);
  return { folder, agentFiles, agentPackages, workflowFiles, files: [...others, ...agentFiles, ...workflowFiles] };
}

/** The fingerprint of the project around a working folder, without loading any of it. */
export async function fingerprintOf(context: CliContext): Promise<string> {
  return await projectFingerprint((await findSources(context)).files);
}
