import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CliError } from "./cli-error.ts";

const states: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "it may not be read",
};

/**
 * The text of a file that the command line names. `suggest` may know a fix when there is no such file.
 *
 * @throws {CliError} with the code `FILE`.
 */
export async function readText(
  file: string,
  cwd: string,
  suggest?: () => Promise<string | undefined>,
): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "it cannot be opened";
    const fix = code === "ENOENT" ? await suggest?.() : undefined;
    throw new CliError("FILE", `Cannot read "${file}": ${states[code] ?? code}`, { cause: error, fix });
  }
}
