import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Every `.o8.json` file below a folder, in order, but for what is installed or hidden. */
export async function workflowFiles(folder: string, below = ""): Promise<readonly string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(below, entry.name);
    if (entry.isFile() && entry.name.endsWith(".o8.json")) found.push(path);
    const isSource = entry.name !== "node_modules" && !entry.name.startsWith(".");
    if (entry.isDirectory() && isSource) found.push(...(await workflowFiles(folder, path)));
  }
  return found;
}
