import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";

/**
 * What tells whether a project's files are still those that were loaded: a SHA-256, in hex, over paths, sizes and times of
 * change. The order of the files does not matter, and one that is gone counts as well. It says nothing about what the files
 * import.
 */
export async function projectFingerprint(files: Iterable<string>): Promise<string> {
  const lines = await Promise.all([...new Set(files)].toSorted().map(describe));
  return createHash("sha256").update(JSON.stringify(lines)).digest("hex");
}

async function describe(path: string): Promise<readonly string[]> {
  try {
    const { size, mtimeNs } = await stat(path, { bigint: true });
    return [path, String(size), String(mtimeNs)];
  } catch {
    return [path];
  }
}
