import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import picomatch from "picomatch";
import { CliError } from "../cli-error.ts";

/** More than any project has below the folders of its agents and workflows. */
const maxEntries = 20_000;

/**
 * The files below a folder that match one of the patterns, absolute and in order; what is installed (`node_modules`) or
 * hidden is not looked into. A link is followed inside of the folder, once, and never out of it.
 *
 * @throws {CliError} for a pattern that leads out of the folder, and when there is too much to look through.
 */
export async function findFiles(
  root: string,
  patterns: readonly string[],
  limit = maxEntries,
): Promise<readonly string[]> {
  const found = await new Walk(await realpath(root), limit).find(patterns);
  return found.map((path) => join(root, path)).toSorted();
}

class Walk {
  readonly #root: string;
  readonly #files = new Map<string, string>();
  readonly #limit: number;
  #entries = 0;

  constructor(root: string, limit: number) {
    this.#root = root;
    this.#limit = limit;
  }

  async find(patterns: readonly string[]): Promise<readonly string[]> {
    for (const pattern of patterns) {
      const { base } = picomatch.scan(pattern);
      if (isAbsolute(pattern) || pattern.split("/").includes("..")) {
        throw new CliError("CONFIG", `Cannot look for "${pattern}": a pattern must stay in the project`, {
          fix: 'name a package, such as "@scope/agents", for what is elsewhere',
        });
      }
      const matches = picomatch(pattern.replace(/^\.\//, ""));
      await this.#enter(base === "." ? "" : base.replace(/^\.\//, ""), matches, new Set());
    }
    return [...this.#files.values()];
  }

  /** `seen` holds the real folders on the way here and beside it, so that no link leads around in circles. */
  async #enter(path: string, matches: (path: string) => boolean, seen: Set<string>): Promise<void> {
    const real = await this.#realPath(path);
    if (real === undefined || seen.has(real)) return;
    seen.add(real);
    if ((await stat(real)).isFile()) return this.#add(path, real, matches);
    for (const entry of await readdir(real, { withFileTypes: true })) {
      this.#count(path);
      if (entry.name === "node_modules" || entry.name.startsWith(".")) continue;
      await this.#visit(entry, path === "" ? entry.name : `${path}/${entry.name}`, matches, seen);
    }
  }

  async #visit(entry: Dirent, path: string, matches: (path: string) => boolean, seen: Set<string>): Promise<void> {
    if (entry.isDirectory()) return await this.#enter(path, matches, seen);
    const real = entry.isFile() || entry.isSymbolicLink() ? await this.#realPath(path) : undefined;
    if (real === undefined) return;
    if (entry.isFile()) return this.#add(path, real, matches);
    if ((await stat(real)).isDirectory()) await this.#enter(path, matches, seen);
    else this.#add(path, real, matches);
  }

  #add(path: string, real: string, matches: (path: string) => boolean): void {
    if (matches(path) && !this.#files.has(real)) this.#files.set(real, path);
  }

  /** Undefined for what is not there, or leads out of the folder. */
  async #realPath(path: string): Promise<string | undefined> {
    const real = await realpath(join(this.#root, path)).catch(() => undefined);
    if (real === undefined) return undefined;
    const way = relative(this.#root, real);
    return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way) ? undefined : real;
  }

  #count(path: string): void {
    if (++this.#entries <= this.#limit) return;
    throw new CliError("CONFIG", `Cannot look for agents and workflows: there are more than ${this.#limit} files`, {
      fix: `say more narrowly where they are in the project's config than "${path}"`,
    });
  }
}
