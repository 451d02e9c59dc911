import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCodeOf } from "./disk.ts";
import { fileError } from "./disk-error.ts";
import { ScaffoldError } from "./scaffold-error.ts";

const wellFormed = /^[a-z0-9][a-z0-9._-]{0,127}$/;

/**
 * The scope of a project's agents, without "@": that of its package, or else the package's name, or `app` where neither can
 * stand in an id.
 *
 * @throws {ScaffoldError} when the folder is no project.
 */
export function agentScope(folder: string): string {
  const name = packageName(folder);
  const scope = /^@([^/]+)\//.exec(name)?.[1] ?? name;
  return wellFormed.test(scope) ? scope : "app";
}

function packageName(folder: string): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (typeof manifest !== "object" || manifest === null || !("name" in manifest)) return "";
    return String(manifest.name);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new ScaffoldError("FILE", `Cannot read "package.json": ${error.message}`);
    }
    if (errorCodeOf(error) !== "ENOENT") throw fileError(error);
    throw new ScaffoldError(
      "USAGE",
      "Cannot add to a project: there is no package.json here",
      'run "orchestr8 init" first',
    );
  }
}
