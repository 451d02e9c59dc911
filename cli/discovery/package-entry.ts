import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The file that an import of a package gives in a folder, absolute; undefined where it is not installed. */
export async function packageEntry(name: string, folder: string): Promise<string | undefined> {
  const { createJiti } = await import("jiti");
  const parentURL = pathToFileURL(join(folder, "package.json")).href;
  const url = createJiti(parentURL, { fsCache: false }).esmResolve(name, { parentURL, try: true });
  return url?.startsWith("file:") === true ? fileURLToPath(url) : url;
}
