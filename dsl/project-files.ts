import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { AgentCatalog } from "./agent-catalog.ts";
import { compile } from "./compile.ts";
import { jsonLimits } from "./sound-json.ts";
import { nearest } from "./nearest.ts";
import { quoted } from "./problem.ts";
import type { OpenedWorkflow, RefusedFile, WorkflowFiles } from "./workflow-files.ts";

export interface ProjectFilesOptions {
  /** The folder that no file may be outside of. Links are followed first. */
  readonly root: string;
  /** As diagnostics name the document. */
  readonly name: string;
  readonly agents?: AgentCatalog | undefined;
}

/** How far files may lead to files. */
const maxDepth = 64;

/** The workflow files that the document at `path` may name: those of its project. Each is read and checked once. */
export function projectFiles(path: string, { root, name, agents }: ProjectFilesOptions): WorkflowFiles {
  let files: WorkflowFiles | undefined;
  return {
    open(file) {
      files ??= new Folder({ root: realpathSync(root), agents, known: new Map() }, [
        { path: realpathSync(path), name },
      ]);
      return files.open(file);
    },
  };
}

/** The project of a document: the folder, if the document is in it, and its own folder otherwise. */
export function projectRoot(path: string, folder: string): string {
  return isInside(resolve(folder), resolve(path)) ? folder : dirname(path);
}

/** What all documents of one reading have in common. */
interface Project {
  readonly root: string;
  readonly agents: AgentCatalog | undefined;
  readonly known: Map<string, OpenedWorkflow>;
}

interface Place {
  /** With links followed. */
  readonly path: string;
  readonly name: string;
}

/** The files that one document names. */
class Folder implements WorkflowFiles {
  readonly #project: Project;
  /** The documents that led here, the one that is read now last. */
  readonly #trail: readonly Place[];

  constructor(project: Project, trail: readonly Place[]) {
    this.#project = project;
    this.#trail = trail;
  }

  open(file: string): OpenedWorkflow {
    const place = this.#find(file);
    if ("code" in place) return place;
    const cycle = this.#cycleTo(place);
    if (cycle !== undefined) return cycle;
    const known = this.#project.known.get(place.path);
    if (known !== undefined) return known;
    const opened = this.#read(place);
    this.#project.known.set(place.path, opened);
    return opened;
  }

  #find(file: string): Place | RefusedFile {
    const { path: from, name: fromName } = this.#trail.at(-1) ?? { path: this.#project.root, name: "" };
    const wanted = resolve(dirname(from), file);
    let path: string;
    try {
      path = realpathSync(wanted);
    } catch {
      return refused(`There is no file ${quoted(file)}`, nearestFile(file, wanted));
    }
    if (!isInside(this.#project.root, path)) {
      return refused(`The file ${quoted(file)} is outside of the project`, "move it into the project's folder");
    }
    return { path, name: join(dirname(fromName), file).replaceAll(sep, "/") };
  }

  #cycleTo({ path, name }: Place): RefusedFile | undefined {
    const start = this.#trail.findIndex((earlier) => earlier.path === path);
    if (start < 0) return undefined;
    const names = [...this.#trail.slice(start).map((earlier) => earlier.name), name];
    return {
      code: "WORKFLOW_CYCLE",
      message: `Workflow files run each other without end: ${names.join(" -> ")}`,
      fix: "remove one of these steps",
    };
  }

  #read(place: Place): OpenedWorkflow {
    const { path, name } = place;
    if (this.#trail.length > maxDepth) return refused(`More than ${maxDepth} files lead to ${quoted(name)}`);
    const { agents } = this.#project;
    let text: string;
    try {
      const stats = statSync(path);
      if (!stats.isFile()) return refused(`${quoted(name)} is no file`);
      if (stats.size > jsonLimits.maxBytes) return refused(`The file ${quoted(name)} is too large for a workflow`);
      text = readFileSync(path, "utf8");
    } catch {
      return refused(`The file ${quoted(name)} cannot be read`);
    }
    const files = new Folder(this.#project, [...this.#trail, place]);
    const { workflow, diagnostics, texts = new Map<string, string>() } = compile(text, { file: name, agents, files });
    return { workflow, diagnostics, texts: new Map([[name, text], ...texts]) };
  }
}

function refused(message: string, fix?: string): RefusedFile {
  return { code: "WORKFLOW_FILE", message, fix };
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function nearestFile(file: string, wanted: string): string | undefined {
  const near = nearest(basename(wanted), neighbours(dirname(wanted)));
  return near === undefined ? undefined : `did you mean ${quoted(file.slice(0, -basename(wanted).length) + near)}?`;
}

function neighbours(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
}
