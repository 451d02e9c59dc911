import * as fs from "node:fs";
import { basename, resolve } from "node:path";
import type { Disk } from "./disk.ts";
import { assertName, parsePackageName, type ScaffoldKind } from "./name.ts";
import { agentScope } from "./agent-scope.ts";
import { quote } from "./quote.ts";
import { ScaffoldError } from "./scaffold-error.ts";
import { targetFolder } from "./target-folder.ts";
import { renderTemplate } from "./template.ts";
import { existingFiles, type PlannedFile, writeFiles, type WriteOptions } from "./write-files.ts";

/** What was created, or with `isDryRun` would be. */
export interface Scaffold {
  readonly kind: ScaffoldKind;
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** Relative to the folder, with "/". */
  readonly files: readonly string[];
  readonly isWritten: boolean;
}

export interface ScaffoldOptions {
  /** What relative paths begin at; for a part of a project, the folder of its `package.json`. */
  readonly cwd: string;
  /** Checks everything and writes nothing. Default false. */
  readonly isDryRun?: boolean;
  /** Default `node:fs`. */
  readonly disk?: Disk;
}

/**
 * Creates a project in a folder that is new or empty, named after the folder or else by `name`.
 *
 * @throws {ScaffoldError} and leaves everything as it was. So do the other functions of this file.
 */
export function scaffoldProject(target: string, options: ScaffoldOptions & { readonly name?: string }): Scaffold {
  const { cwd, name = basename(resolve(cwd, target)), disk = fs } = options;
  assertProjectName(name, options.name === undefined);
  const place = targetFolder("project", target, cwd, disk);
  return write(
    { kind: "project", name },
    renderTemplate("project", { project: name, scope: name, name }),
    place,
    options,
  );
}

/** Creates a package of agents for other projects, in a folder of its name without the scope. */
export function scaffoldAgentsPackage(name: string, options: ScaffoldOptions): Scaffold {
  const { scope, base } = parsePackageName(name);
  const place = targetFolder("agents package", base, options.cwd, options.disk ?? fs);
  const files = renderTemplate("agents-package", { project: name, scope, name: base });
  return write({ kind: "agents package", name }, files, place, options);
}

/** Creates an agent and its test in the `agents` folder of a project. */
export function scaffoldAgent(name: string, options: ScaffoldOptions): Scaffold {
  assertName("agent", name);
  const scope = agentScope(options.cwd);
  return write(
    { kind: "agent", name },
    renderTemplate("agent", { project: scope, scope, name }),
    inProject(options),
    options,
  );
}

/** Creates a workflow and its test in the `workflows` folder of a project; in JSON unless `isTypeScript`. */
export function scaffoldWorkflow(
  name: string,
  options: ScaffoldOptions & { readonly isTypeScript?: boolean },
): Scaffold {
  assertName("workflow", name);
  const { isTypeScript = false } = options;
  const scope = agentScope(options.cwd);
  const files = renderTemplate(isTypeScript ? "typescript-workflow" : "json-workflow", { project: scope, scope, name });
  // The other spelling would have the same id.
  const other = { path: `workflows/${name}${isTypeScript ? ".o8.json" : ".workflow.ts"}`, text: "" };
  refuseExisting({ kind: "workflow", name }, [other], inProject(options));
  return write({ kind: "workflow", name }, files, inProject(options), options);
}

/** A folder of an existing package may have an odd name; then the package can have another one. */
function assertProjectName(name: string, isFolderName: boolean): void {
  try {
    assertName("project", name);
  } catch (error) {
    if (!(error instanceof ScaffoldError) || !isFolderName || error.fix === undefined) throw error;
    throw new ScaffoldError(error.code, error.message, `${error.fix}, or "--name" for a folder that stays as it is`);
  }
}

function inProject({ cwd, disk = fs }: ScaffoldOptions): WriteOptions {
  return { base: cwd, folder: cwd, disk };
}

function write(
  what: Pick<Scaffold, "kind" | "name">,
  files: readonly PlannedFile[],
  place: WriteOptions,
  { isDryRun = false, disk = fs }: ScaffoldOptions,
): Scaffold {
  refuseExisting(what, files, { ...place, disk });
  if (!isDryRun) writeFiles(files, { ...place, disk });
  return { ...what, folder: place.folder, files: files.map(({ path }) => path), isWritten: !isDryRun };
}

function refuseExisting(
  { kind, name }: Pick<Scaffold, "kind" | "name">,
  files: readonly PlannedFile[],
  place: WriteOptions,
): void {
  const existing = existingFiles(files, place);
  if (existing.length === 0) return;
  const list = existing.map(quote).join(", ");
  throw new ScaffoldError(
    "EXISTS",
    `Cannot create ${kind} ${quote(name)}: there is ${list} already`,
    "choose another name",
  );
}
