import { readdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";

/** The names that a project's config may have. */
export const configNames: readonly string[] = ["ts", "mts", "js", "mjs", "json"].map(
  (end) => `orchestr8.config.${end}`,
);

/**
 * The config of a project, if it has one.
 *
 * @throws {CliError} when it has two: nobody could tell which one counts.
 */
export async function projectConfigFile(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch((): readonly string[] => []);
  const [name, other] = configNames.filter((known) => names.includes(known));
  if (name === undefined) return undefined;
  if (other !== undefined) {
    throw new CliError("CONFIG", `Cannot read the config of "${folder}": there are "${name}" and "${other}"`, {
      fix: "keep one of them",
    });
  }
  return join(folder, name);
}

/** The config of whoever is at work, on the platform's usual place; undefined where they have no home, as in a container. */
export function userConfigFile({ env }: Pick<CliContext, "env">, platform = process.platform): string | undefined {
  const home = env["HOME"];
  const usual =
    platform === "win32"
      ? env["APPDATA"]
      : home && (platform === "darwin" ? join(home, "Library", "Application Support") : join(home, ".config"));
  const folder = env["XDG_CONFIG_HOME"] || usual;
  return folder ? join(folder, "orchestr8", "config.json") : undefined;
}
