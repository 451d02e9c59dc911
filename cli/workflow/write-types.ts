import { readFile, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { printDeclaration } from "../../dsl/declaration/print-declaration.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { exitCodeOfError, type ExitCode } from "../exit.ts";
import { type Failure, failureOf } from "../failure.ts";
import { loadWorkflow } from "../load.ts";
import { createMessages } from "../messages.ts";
import { isJsonOutput } from "../output-arguments.ts";
import { renderDiagnostics } from "../render-diagnostics.ts";
import { requireWorkflow } from "../require-workflow.ts";
import { terminalText } from "../terminal-text.ts";
import { writeJson } from "../write-json.ts";
import { workflowFiles } from "./workflow-files.ts";

export interface TypesValues {
  readonly files: readonly string[];
  readonly check: boolean;
  readonly output: string | undefined;
  readonly json: boolean;
}

/** What became of one file: its declaration was right, was made or made anew, or was wrong and left so. */
interface TypedFile {
  readonly file: string;
  readonly declaration: string;
  readonly state: "fresh" | "written" | "stale" | "failed";
  readonly error?: Failure;
  readonly cause?: unknown;
}

/** Writes the declarations of `.o8.json` files, or with `--check` only says which ones are not up to date. */
export async function writeTypes(values: TypesValues, context: CliContext): Promise<ExitCode> {
  const files = values.files.length > 0 ? values.files : await workflowFiles(context.cwd);
  if (files.length === 0) throw usageError("Cannot write types: there is no .o8.json file here", "name one");
  const typed: TypedFile[] = [];
  for (const file of files) typed.push(await typeFile(file, values.check, context));
  if (isJsonOutput(values)) {
    const shown = typed.map(({ file, declaration, state, error }) => ({ file, declaration, state, error }));
    writeJson(context.stdout, { files: shown });
  } else for (const one of typed) show(one, context);
  return exitCodeOf(typed);
}

async function typeFile(file: string, isCheck: boolean, context: CliContext): Promise<TypedFile> {
  const declaration = file.replace(/\.json$/, ".d.json.ts");
  try {
    if (!file.endsWith(".o8.json")) {
      throw usageError(`Cannot write types of "${file}": it is no .o8.json file`, "a module has its types already");
    }
    const loaded = await loadWorkflow(file, context, { anyAgent: true });
    const workflow = requireWorkflow("write types of", file, loaded);
    const text = printDeclaration(workflow, { file: basename(file), agents: loaded.agents });
    const path = resolve(context.cwd, declaration);
    if ((await readFile(path, "utf8").catch(() => undefined)) === text) return { file, declaration, state: "fresh" };
    if (isCheck) return { file, declaration, state: "stale" };
    await write(path, declaration, text);
    return { file, declaration, state: "written" };
  } catch (cause) {
    return { file, declaration, state: "failed", error: failureOf(cause), cause };
  }
}

async function write(path: string, declaration: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "it cannot be opened";
    throw new CliError("FILE", `Cannot write "${declaration}": ${code}`, { cause });
  }
}

function show({ file, declaration, state, error, cause }: TypedFile, context: CliContext): void {
  const messages = createMessages(context);
  const name = terminalText(declaration);
  if (state === "written") messages.log(`${name} written`);
  if (state === "fresh") messages.log(`${name} is up to date`);
  if (state === "stale") {
    messages.error(`${name} is not up to date`);
    messages.log(`  fix: run "orchestr8 types ${terminalText(file)}"`);
  }
  if (error === undefined) return;
  if (cause instanceof CliError && cause.diagnostics !== undefined) {
    context.stderr.write(renderDiagnostics(cause.diagnostics, cause.text, context, cause.texts));
  }
  messages.error(terminalText(error.message));
  if (error.fix !== undefined) messages.log(`  fix: ${terminalText(error.fix)}`);
}

function exitCodeOf(typed: readonly TypedFile[]): ExitCode {
  const codes = typed.flatMap(({ error }) => (error === undefined ? [] : [exitCodeOfError(error.code)]));
  if (codes.length > 0) return codes.includes(4) ? 4 : (codes[0] ?? 2);
  return typed.some(({ state }) => state === "stale") ? 1 : 0;
}
