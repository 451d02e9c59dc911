import type { Diagnostic } from "../dsl/diagnostics.ts";
import type { CliContext } from "./context.ts";
import type { ExitCode } from "./exit.ts";
import { exitCodeOfError } from "./exit.ts";
import { failureOf, type Failure } from "./failure.ts";
import { loadWorkflow } from "./load.ts";
import { createMessages, type Messages } from "./messages.ts";
import { isJsonOutput } from "./output-arguments.ts";
import { renderDiagnostics } from "./render-diagnostics.ts";
import { terminalText } from "./terminal-text.ts";
import { writeJson } from "./write-json.ts";

interface CheckedFile {
  readonly file: string;
  readonly isValid: boolean;
  readonly text: string;
  readonly texts?: ReadonlyMap<string, string> | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly error?: Failure;
}

/** Checks every file, whatever is wrong with the ones before. */
export async function validateFiles(
  values: { readonly files: readonly string[]; readonly output: string | undefined; readonly json: boolean },
  context: CliContext,
): Promise<ExitCode> {
  const checked: CheckedFile[] = [];
  for (const file of values.files) checked.push(await checkFile(file, context));
  if (isJsonOutput(values)) {
    const files = checked.map(({ file, isValid, diagnostics, error }) => ({
      file,
      valid: isValid,
      diagnostics,
      error,
    }));
    writeJson(context.stdout, { valid: checked.every(({ isValid }) => isValid), files });
  } else {
    const messages = createMessages(context);
    for (const result of checked) showFile(result, messages, context);
  }
  return exitCodeOf(checked);
}

async function checkFile(file: string, context: CliContext): Promise<CheckedFile> {
  try {
    const { text, texts, diagnostics, workflow } = await loadWorkflow(file, context);
    return { file, isValid: workflow !== undefined, text, texts, diagnostics };
  } catch (error) {
    return { file, isValid: false, text: "", diagnostics: [], error: failureOf(error) };
  }
}

function showFile(
  { file, isValid, text, texts, diagnostics, error }: CheckedFile,
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
  if (!isValid) messages.error(`${name} has ${counted(errors, "error")}`);
  else messages.log(warnings === 0 ? `${name} is valid` : `${name} is valid, with ${counted(warnings, "warning")}`);
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
