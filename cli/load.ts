import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { compile, compileDocument } from "../dsl/compile.ts";
import type { Diagnostic } from "../dsl/diagnostics.ts";
import { nearest } from "../dsl/nearest.ts";
import { printWorkflow } from "../dsl/print.ts";
import type { AnyAgent } from "../lib/agents/agent.ts";
import { builtInAgents } from "../lib/agents/built-in.ts";
import { type AgentRegistry, createAgentRegistry } from "../lib/agents/registry.ts";
import type { Workflow } from "../lib/workflow.ts";
import { CliError, usageError } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import { readText } from "./read-text.ts";

/** A workflow file as it was found, right or wrong. */
export interface LoadedFile {
  /** The source that the diagnostics point into; empty for a module. */
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Absent exactly when a diagnostic is an error. */
  readonly workflow: Workflow | undefined;
  readonly agents: AgentRegistry;
}

/** Long enough for any import, and an end to a module whose top-level `await` has none. */
const importTimeoutMs = 30_000;

/**
 * Loads and checks a workflow: a `.o8.json` file, which is only ever read, or a module, which runs.
 *
 * @throws {CliError} when there is no workflow to check.
 */
export async function loadWorkflow(file: string, context: Pick<CliContext, "cwd" | "clock">): Promise<LoadedFile> {
  const path = resolve(context.cwd, file);
  const read = (): Promise<string> => readText(file, context.cwd, () => nearestFile(file, path));
  if (file.endsWith(".json")) return loadJson(file, await read());
  if (/\.m?[jt]s$/.test(file)) {
    // A missing file is told apart from a module that misses one.
    await read();
    return await loadModule(file, path, context);
  }
  throw usageError(
    `Cannot load "${file}": a workflow is a .o8.json file or a .ts, .mts, .js or .mjs module`,
    "name it by what it holds",
  );
}

function loadJson(file: string, text: string): LoadedFile {
  const agents = createAgentRegistry(builtInAgents);
  return { text, agents, ...compile(text, { file, agents }) };
}

/** A module's workflow went through no checker yet: an agent may be unknown, a schema may not fit. */
async function loadModule(file: string, path: string, context: Pick<CliContext, "clock">): Promise<LoadedFile> {
  const definition = await importDefault(file, path, context);
  if (!isDefinition(definition)) {
    throw new CliError("INVALID_WORKFLOW", `Cannot load "${file}": its default export is no workflow`, {
      fix: "write export default defineWorkflow({ … })",
    });
  }
  const agents = registryOf(definition.agents);
  const { diagnostics, workflow } = compileDocument(JSON.parse(printWorkflow(definition.workflow)), { file, agents });
  return { text: "", diagnostics, agents, workflow: workflow && definition.workflow };
}

async function importDefault(file: string, path: string, { clock }: Pick<CliContext, "clock">): Promise<unknown> {
  let onTimeout: () => void = () => undefined;
  const timeout = new Promise<never>((_, reject) => {
    onTimeout = () => reject(new Error(`its import takes longer than ${importTimeoutMs / 1_000} s`));
  });
  using _ = clock.timer(importTimeoutMs, () => onTimeout());
  try {
    return await Promise.race([importModule(path), timeout]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError("INVALID_WORKFLOW", `Cannot load "${file}": ${reason}`, { cause: error });
  }
}

/** Bun imports TypeScript by itself. Elsewhere jiti does, and only then is it loaded. */
async function importModule(path: string): Promise<unknown> {
  const url = pathToFileURL(path).href;
  if ("bun" in process.versions || /\.m?js$/.test(path)) {
    const module: { readonly default?: unknown } = await import(url);
    return module.default;
  }
  const { createJiti } = await import("jiti");
  // Its cache may be a folder in /tmp that others can write to, and what is in there would run.
  return await createJiti(import.meta.url, { fsCache: false }).import(path, { default: true });
}

interface Definition {
  readonly workflow: Workflow;
  readonly agents: readonly AnyAgent[];
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

/** The module's own agents, and the built-in ones that it does not bring along itself. */
function registryOf(own: readonly AnyAgent[]): AgentRegistry {
  const brought = new Set(own.map(({ id, version }) => `${id}@${version}`));
  return createAgentRegistry([...own, ...builtInAgents.filter(({ id, version }) => !brought.has(`${id}@${version}`))]);
}

async function nearestFile(file: string, path: string): Promise<string | undefined> {
  const neighbours = await readdir(dirname(path)).catch((): readonly string[] => []);
  const near = nearest(basename(path), neighbours);
  return near === undefined ? undefined : `use "${join(dirname(file), near)}"`;
}
