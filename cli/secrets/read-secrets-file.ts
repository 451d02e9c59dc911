import { open } from "node:fs/promises";
import { resolve } from "node:path";
import process from "node:process";
import { parseEnv } from "node:util";
import { CliError } from "../cli-error.ts";
import { shownPath } from "../shown-path.ts";
import { checkSecret, type SecretValues } from "./secret-source.ts";

const othersMayRead = 0o077;

/**
 * Reads secrets from a JSON object or from lines `NAME=value`. Nobody but its owner may have access to the file; Windows has
 * no such modes and is not asked.
 *
 * @throws {CliError} that shows nothing of what the file holds.
 */
export async function readSecretsFile(file: string, cwd: string): Promise<SecretValues> {
  const name = shownPath(resolve(cwd, file), cwd);
  const values = Object.entries(parse(await readPrivate(file, name, cwd), name));
  return new Map(values.map(([secret, value]) => [secret, checkSecret(secret, value, `"${name}"`)]));
}

async function readPrivate(file: string, name: string, cwd: string): Promise<string> {
  try {
    await using handle = await open(resolve(cwd, file), "r");
    // Asked of what was opened: the name may lead elsewhere by now.
    const { mode } = await handle.stat();
    if (process.platform !== "win32" && (mode & othersMayRead) !== 0) {
      const modes = (mode & 0o777).toString(8).padStart(4, "0");
      throw new CliError("CONFIG", `Cannot read the secrets file "${name}": others have access to it (${modes})`, {
        fix: `use "chmod 600 ${name}"`,
      });
    }
    return await handle.readFile("utf8");
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    const reason = isMissing ? "there is no such file" : "it cannot be read";
    throw new CliError("CONFIG", `Cannot read the secrets file "${name}": ${reason}`, { cause });
  }
}

function parse(text: string, name: string): Readonly<Record<string, unknown>> {
  if (!text.trimStart().startsWith("{")) return parseEnv(text);
  try {
    const values: Readonly<Record<string, unknown>> = JSON.parse(text);
    return values;
  } catch {
    // The runtime's words would show what stands there.
    throw new CliError("CONFIG", `Cannot read the secrets file "${name}": it is no JSON object`);
  }
}
