import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import { shownPath } from "../shown-path.ts";
import { checkSecret, type SecretValues } from "./secret-source.ts";

/**
 * Reads a folder that holds one file per secret, named by it, as Docker and Kubernetes mount them. Hidden files, by which
 * Kubernetes swaps a whole folder at once, and folders are passed over; a line break at the end is none of the value.
 *
 * @throws {CliError} that shows nothing of what the files hold.
 */
export async function readSecretsFolder(folder: string, cwd: string): Promise<SecretValues> {
  const path = resolve(cwd, folder);
  const name = shownPath(path, cwd);
  const values = new Map<string, string>();
  for (const file of await namesIn(path, name)) {
    const text = await readSecret(join(path, file), join(name, file));
    if (text !== undefined) values.set(file, checkSecret(file, text.replace(/\r?\n$/, ""), `"${name}"`));
  }
  return values;
}

async function namesIn(path: string, name: string): Promise<readonly string[]> {
  try {
    const names = await readdir(path);
    return names.filter((file) => !file.startsWith(".")).toSorted();
  } catch (cause) {
    throw new CliError("CONFIG", `Cannot read the secrets folder "${name}": it is no folder that may be read`, {
      cause,
    });
  }
}

async function readSecret(path: string, name: string): Promise<string | undefined> {
  try {
    // Links are followed: Kubernetes mounts nothing else.
    return (await stat(path)).isFile() ? await readFile(path, "utf8") : undefined;
  } catch (cause) {
    throw new CliError("CONFIG", `Cannot read the secret "${name}": it may not be read`, { cause });
  }
}
