import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { compile, compileDocument } from "../dsl/compile.ts";
import { definitionFiles } from "../dsl/definition-files.ts";
import type { Diagnostic } from "../dsl/diagnostics.ts";
import { nearest } from "../dsl/nearest.ts";
import { printWorkflow } from "../dsl/print.ts";
import { projectFiles, projectRoot } from "../dsl/project-files.ts";
import type { AnyAgent } from "../lib/agents/agent.ts";
import type { AgentRegistry } from "../lib/agents/registry.ts";
import { withBuiltIns } from "../lib/agents/with-built-ins.ts";
import type { Workflow } from "../lib/workflow.ts";
import { CliError, usageError } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import { importInTime } from "./import-in-time.ts";
import type { ModuleExports } from "./import-module.ts";
import { moduleError } from "./module-error.ts";
import { readText } from "./read-text.ts";

/** A workflow file as it was found, right or wrong. */
export interface LoadedFile {
  /** The source that the diagnostics point into; empty for a module. */
  readonly text: string;
  /** The texts of other files that diagnostics point into. */
  readonly texts?: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
  /** Absent exactly when a diagnostic is an error. */
  readonly workflow: Workflow | undefined;
  readonly agents: AgentRegistry;
  /** What its steps may run as children. */
  readonly workflows: readonly Workflow[];
  /** What the agents come from, absolute: a module, or a project. A JSON file brings none along. */
  readonly origin: string | undefined;
}

/** What a project has for the workflows in it. */
export interface ProjectParts {
  readonly agents: readonly AnyAgent[];
  /** What steps may run as children, by id. */
  readonly workflows: readonly Workflow[];
  /** Stands for the project where an execution is resumed. */
  readonly origin: string;
}

export interface LoadOptions {
  /** Whether steps may name agents that are not here, for those who only look at the workflow. Default: they may not. */
  readonly anyAgent?: boolean;
  /** Asked only when a workflow names what is neither built in nor its own, since its code has to run for it. Default: none. */
  readonly project?: () => Promise<ProjectParts>;
}

/**
 * Loads and checks a workflow: a `.o8.json` file, which is only ever read, or a module, which runs.
 *
 * @throws {CliError} when there is no workflow to check.
 */
export async function loadWorkflow(
  file: string,
  context: Pick<CliContext, "cwd" | "clock">,
  options: LoadOptions = {},
): Promise<LoadedFile> {
  const path = resolve(context.cwd, file);
  const read = (): Promise<string> => readText(file, context.cwd, () => nearestFile(file, path));
  if (file.endsWith(".json")) {
    const text = await read();
    return await withProject(options, (parts) =>
      loadJson(file, text, path, { ...options, ...parts, cwd: context.cwd }),
    );
  }
  if (/\.m?[jt]s$/.test(file)) {
    // A missing file is told apart from a module that misses one.
    await read();
    return await loadModule(file, path, context, options);
  }
  throw usageError(
    `Cannot load "${file}": a workflow is a .o8.json file or a .ts, .mts, .js or .mjs module`,
    "name it by what it holds",
  );
}

/** What a project adds to a check. */
type CheckOptions = Pick<LoadOptions, "anyAgent"> & Partial<ProjectParts>;

/** Checks alone, and only if that does not do with what the project has. */
async function withProject(
  { project, anyAgent = false }: LoadOptions,
  check: (options: CheckOptions) => LoadedFile,
): Promise<LoadedFile> {
  const alone = check({ anyAgent });
  if (anyAgent || project === undefined || isComplete(alone)) return alone;
  return check(await project());
}

function isComplete({ diagnostics, workflow, workflows }: LoadedFile): boolean {
  if (diagnostics.some(({ code }) => code === "AGENT_UNKNOWN" || code === "AGENT_VERSION")) return false;
  const known = new Set(workflows.map(({ metadata }) => metadata.id));
  const steps = workflow?.steps ?? [];
  return steps.every((step) => step.kind !== "workflow" || !("id" in step.workflow) || known.has(step.workflow.id));
}

/** Steps may name other files of the project: the current folder, or that of a file elsewhere. */
function loadJson(
  file: string,
  text: string,
  path: string,
  { cwd, anyAgent = false, agents: more = [], workflows = [], origin }: CheckOptions & Pick<CliContext, "cwd">,
): LoadedFile {
  const agents = withBuiltIns(more);
  const catalog = anyAgent ? undefined : agents;
  const files = projectFiles(path, { root: projectRoot(path, cwd), name: file, agents: catalog });
  const compiled = compile(text, { file, agents: catalog, files });
  return { text, agents, workflows: withoutOwn(workflows, compiled.workflow), origin, ...compiled };
}

async function loadModule(
  file: string,
  path: string,
  { clock, cwd }: Pick<CliContext, "clock" | "cwd">,
  options: LoadOptions,
): Promise<LoadedFile> {
  let module: ModuleExports;
  try {
    module = await importInTime(path, clock);
    // Half-made definitions throw here, and are mistakes of the file, too.
    const { default: definition } = module;
    if (isDefinition(definition)) {
      return await withProject(options, (parts) => checkDefinition(file, path, definition, parts));
    }
  } catch (cause) {
    const { reason, place } = moduleError(cause, cwd);
    const at = place === undefined ? "" : `, at ${place}`;
    throw new CliError("INVALID_WORKFLOW", `Cannot load "${file}": ${reason}${at}`, { cause });
  }
  throw noDefinition(file, module);
}

function noDefinition(file: string, module: ModuleExports): CliError {
  const state = "default" in module ? "its default export is no workflow" : "it has no default export";
  const other = Object.entries(module).find(([name, value]) => name !== "default" && isDefinition(value))?.[0];
  return new CliError("INVALID_WORKFLOW", `Cannot load "${file}": ${state}`, {
    fix: other === undefined ? "write export default defineWorkflow({ … })" : `write export default ${other}`,
  });
}

/** A module's workflow went through no checker yet: an agent may be unknown, an input may not fit its agent. */
function checkDefinition(
  file: string,
  origin: string,
  definition: Definition,
  { anyAgent = false, agents: more = [], workflows: others = [] }: CheckOptions,
): LoadedFile {
  const { workflow, agents: own, workflows: children = [] } = definition;
  const agents = withBuiltIns([...own, ...withoutTaken(more, own)]);
  const workflows = [...children, ...withoutOwn(others, workflow, ...children)];
  const catalog = anyAgent ? undefined : agents;
  const checked = compileDocument(JSON.parse(printWorkflow(workflow)), {
    file,
    agents: catalog,
    files: definitionFiles(workflow, catalog),
  });
  const { diagnostics } = checked;
  return { text: "", agents, workflows, origin, diagnostics, workflow: checked.workflow && workflow };
}

/** What a module brings along is what it means. */
function withoutTaken(agents: readonly AnyAgent[], own: readonly AnyAgent[]): readonly AnyAgent[] {
  return agents.filter(({ id, version }) => !own.some((other) => other.id === id && other.version === version));
}

function withoutOwn(workflows: readonly Workflow[], ...own: readonly (Workflow | undefined)[]): readonly Workflow[] {
  const ids = new Set(own.map((workflow) => workflow?.metadata.id));
  return workflows.filter(({ metadata }) => !ids.has(metadata.id));
}

interface Definition {
  readonly workflow: Workflow;
  readonly agents: readonly AnyAgent[];
  /** Absent from a definition that an older copy of the package made. */
  readonly workflows?: readonly Workflow[];
}

/** By shape: the module may have its own copy of this package. */
function isDefinition(value: unknown): value is Definition {
  if (typeof value !== "object" || value === null || !("workflow" in value) || !("agents" in value)) return false;
  const { workflow, agents } = value;
  return (
    typeof workflow === "object" &&
    workflow !== null &&
    "kind" in workflow &&
    workflow.kind === "workflow" &&
    Array.isArray(agents)
  );
}

async function nearestFile(file: string, path: string): Promise<string | undefined> {
  const neighbours = await readdir(dirname(path)).catch((): readonly string[] => []);
  const near = nearest(basename(path), neighbours);
  return near === undefined ? undefined : `use "${join(dirname(file), near)}"`;
}
