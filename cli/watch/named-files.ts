import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** A relative path in quotes: an import, the file of a child workflow, a prompt that is read. */
const relativePath = /(["'`])(\.{1,2}\/[^"'`\n]+)\1/g;
/** What an import may leave out, or write in place of what the file is called. */
const spellings = ["", ".ts", ".mts", ".js", ".mjs", ".json", "/index.ts", "/index.js"];
const maxFiles = 1_000;

/**
 * A file and those that it names by a relative path, directly or through another of them; absolute, itself first. A path
 * that is put together at run time is not seen.
 */
export async function namedFiles(path: string): Promise<readonly string[]> {
  const found = new Set([path]);
  for (const file of found) {
    if (found.size >= maxFiles) break;
    const text = await readFile(file, "utf8").catch(() => "");
    for (const [, , name = ""] of text.matchAll(relativePath)) {
      const named = await existing(resolve(dirname(file), name));
      if (named !== undefined) found.add(named);
    }
  }
  return [...found];
}

async function existing(path: string): Promise<string | undefined> {
  const written = path.replace(/\.(m?)js$/, ".$1ts");
  for (const candidate of [...spellings.map((ending) => path + ending), written]) {
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile() === true) return candidate;
  }
  return undefined;
}
