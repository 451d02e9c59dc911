import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { shownPath } from "../shown-path.ts";
import type { Said } from "./read-config.ts";
import { settingText } from "./setting-value.ts";

/** A file that adds to the environment. */
export interface EnvironmentFile {
  /** As people read it. */
  readonly name: string;
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Reads the file that was named, or else the project's `.env`, if there is one.
 *
 * @throws {CliError} when a named one cannot be read.
 */
export async function readEnvironmentFile(
  named: Said | undefined,
  project: string,
  { cwd }: Pick<CliContext, "cwd">,
): Promise<EnvironmentFile | undefined> {
  if (named?.value === false) return undefined;
  const { folder, place } = named?.origin ?? { folder: project, place: "" };
  const path = named === undefined ? join(project, ".env") : resolve(folder, settingText(named.value));
  const name = shownPath(path, cwd);
  try {
    const variables = parseEnv(await readFile(path, "utf8"));
    return { name, folder: dirname(path), variables: withoutHoles(variables) };
  } catch (cause) {
    if (named === undefined && hasCode(cause, ["ENOENT", "ENOTDIR", "EISDIR"])) return undefined;
    const from = place === "" ? "" : `, named by ${place}`;
    const reason = hasCode(cause, ["ENOENT"]) ? "there is no such file" : "it cannot be read";
    throw new CliError("CONFIG", `Cannot read the environment file "${name}"${from}: ${reason}`, { cause });
  }
}

/** Adds what the environment does not have yet, so that a variable of the shell beats the file. */
export function addToEnvironment({ variables }: EnvironmentFile, context: CliContext): void {
  for (const [name, value] of Object.entries(variables)) {
    if (context.env[name] === undefined) context.setVariable(name, value);
  }
}

function withoutHoles(variables: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
