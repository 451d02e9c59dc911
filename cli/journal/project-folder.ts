import { readdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** The folder whose `.orchestr8` holds the state: the nearest one upward that is a project, else `cwd` itself. */
export async function projectFolder(cwd: string): Promise<string> {
  const start = resolve(cwd);
  for (let folder = start; ; folder = dirname(folder)) {
    const names = await readdir(folder).catch((): readonly string[] => []);
    if (names.some(marksProject)) return folder;
    if (folder === dirname(folder)) return start;
  }
}

function marksProject(name: string): boolean {
  return name === "package.json" || name === ".orchestr8" || name.startsWith("orchestr8.config.");
}
