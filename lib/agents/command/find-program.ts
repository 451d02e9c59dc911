import { access, constants, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { ValidationError } from "../../errors.ts";

/**
 * The file of a program: where its path leads, or the first of its name in `searchPath`. Found once, so that what a name
 * stands for does not change later.
 */
export async function findProgram(name: string, program: string, searchPath: string): Promise<string> {
  const isPath = program.includes("/") || isAbsolute(program);
  const candidates = isPath
    ? [resolve(program)]
    : searchPath
        .split(delimiter)
        .filter(isAbsolute)
        .map((folder) => join(folder, program));
  for (const candidate of candidates) if (await isExecutable(candidate)) return candidate;
  const issue = { pointer: `/programs/${name}/0`, message: `must be a program that is installed, "${program}" is not` };
  throw new ValidationError(
    `Cannot configure agent "@orchestr8/command": its config at "${issue.pointer}" ${issue.message}`,
    { issues: [issue] },
  );
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // Whatever keeps it from being run, it is not the one.
    return false;
  }
}
