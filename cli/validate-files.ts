import type { Diagnostic } from "../dsl/diagnostics.ts";
import { type Bounds, bounds } from "../lib/bounds.ts";
import type { CliContext } from "./context.ts";
import { describeBounds } from "./describe-bounds.ts";
import { usageError } from "./cli-error.ts";
import { createProjectLoader, loadInProject, type ProjectLoader } from "./discovery/load-in-project.ts";
import { loadProject } from "./discovery/load-project.ts";
import type { DiscoveryProblem } from "./discovery/problem.ts";
import type { ExitCode } from "./exit.ts";
import { exitCodeOfError } from "./exit.ts";
import { failureOf, type Failure } from "./failure.ts";
import { createMessages, type Messages } from "./messages.ts";
import { isJsonOutput } from "./output-arguments.ts";
import { renderDiagnostics } from "./render-diagnostics.ts";
import { sarifLog } from "./sarif.ts";
import { shownPath } from "./shown-path.ts";
import { terminalText } from "./terminal-text.ts";
import { writeJson } from "./write-json.ts";

interface CheckedFile {
  readonly file: string;
  readonly isValid: boolean;
  readonly text: string;
  readonly texts?: ReadonlyMap<string, string> | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Of a file without errors. */
  readonly bounds?: Bounds | undefined;
  readonly error?: Failure;
}

export interface ValidateValues {
  readonly files: readonly string[];
  /** Warnings make a file invalid, too. */
  readonly strict: boolean;
  readonly format: string | undefined;
  readonly output: string | undefined;
  readonly json: boolean;
}

/** Checks every file, whatever is wrong with the ones before. */
export async function validateFiles(values: ValidateValues, context: CliContext): Promise<ExitCode> {
  const isOfProject = values.files.length === 0;
  const { files, problems, load } = isOfProject ? await wholeProject(context) : namedFiles(values, context);
  const checked: CheckedFile[] = [];
  for (const file of files) checked.push(await checkFile(file, values.strict, load, context));
  for (const { from, error } of problems) {
    checked.push({ file: from, isValid: false, text: "", diagnostics: [], error });
  }
  if (values.format === "sarif") writeJson(context.stdout, sarifLog(checked));
  else if (isJsonOutput(values) || values.format === "json") {
    const shown = checked.map(({ file, isValid, diagnostics, bounds: most, error }) => ({
      file,
      valid: isValid,
      diagnostics,
      bounds: most,
      error,
    }));
    writeJson(context.stdout, { valid: checked.every(({ isValid }) => isValid), files: shown });
  } else {
    const messages = createMessages(context);
    for (const result of checked) showFile(result, messages, context);
  }
  return exitCodeOf(checked);
}

interface Checking {
  readonly files: readonly string[];
  /** What is wrong beyond these files. */
  readonly problems: readonly DiscoveryProblem[];
  readonly load: ProjectLoader;
}

function namedFiles({ files }: ValidateValues, context: CliContext): Checking {
  return { files, problems: [], load: createProjectLoader(context) };
}

async function wholeProject(context: CliContext): Promise<Checking> {
  const project = await loadProject(context);
  const files = project.workflowFiles.map((file) => shownPath(file, context.cwd));
  const problems = project.problems.filter(({ kind, from }) => kind === "rival" || !files.includes(from));
  if (files.length > 0 || problems.length > 0) return { files, problems, load: () => Promise.resolve(project) };
  throw usageError("Cannot validate: the project has no workflows", "name the files, or put them into workflows/");
}

async function checkFile(
  file: string,
  isStrict: boolean,
  load: ProjectLoader,
  context: CliContext,
): Promise<CheckedFile> {
  try {
    const { text, texts, diagnostics, workflow, workflows } = await loadInProject(file, context, load);
    const isValid = workflow !== undefined && !(isStrict && diagnostics.length > 0);
    return { file, isValid, text, texts, diagnostics, bounds: workflow && bounds(workflow, { workflows }) };
  } catch (error) {
    return { file, isValid: false, text: "", diagnostics: [], error: failureOf(error) };
  }
}

function showFile(
  { file, isValid, text, texts, diagnostics, bounds: most, error }: CheckedFile,
  messages: Messages,
  context: CliContext,
): void {
  context.stderr.write(renderDiagnostics(diagnostics, text, context, texts));
  if (error !== undefined) {
    messages.error(terminalText(error.message));
    if (error.fix !== undefined) messages.log(`  fix: ${terminalText(error.fix)}`);
    return;
  }
  const name = terminalText(file);
  const warnings = diagnostics.filter(({ severity }) => severity === "warning").length;
  const errors = diagnostics.length - warnings;
  if (errors > 0) messages.error(`${name} has ${counted(errors, "error")}`);
  else if (!isValid) messages.error(`${name} has ${counted(warnings, "warning")}, and --strict allows none`);
  else messages.log(warnings === 0 ? `${name} is valid` : `${name} is valid, with ${counted(warnings, "warning")}`);
  for (const line of most === undefined ? [] : describeBounds(most)) messages.log(line);
}

/** An invalid workflow tells more than a file that could not be read. */
function exitCodeOf(checked: readonly CheckedFile[]): ExitCode {
  const codes = checked
    .filter(({ isValid }) => !isValid)
    .map(({ error }) => exitCodeOfError(error?.code ?? "INVALID_WORKFLOW"));
  return codes.includes(4) ? 4 : (codes[0] ?? 0);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
