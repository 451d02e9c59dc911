import type { CliContext } from "./context.ts";
import { CliError } from "./cli-error.ts";
import { exitCodeOfError, type ExitCode } from "./exit.ts";
import { failureOf } from "./failure.ts";
import { createMessages } from "./messages.ts";
import { renderDiagnostics } from "./render-diagnostics.ts";
import { terminalText } from "./terminal-text.ts";
import { writeJson } from "./write-json.ts";

/** Says why a command did not do its work: one JSON document on stdout, or words on stderr. */
export async function reportFailure(
  error: unknown,
  { isJson, context }: { readonly isJson: boolean; readonly context: CliContext },
): Promise<ExitCode> {
  const failure = failureOf(error);
  const exitCode = exitCodeOfError(failure.code);
  if (isJson) {
    writeJson(context.stdout, { error: failure });
    return exitCode;
  }
  const messages = createMessages(context);
  if (error instanceof CliError && error.diagnostics !== undefined) {
    context.stderr.write(renderDiagnostics(error.diagnostics, error.text, context, error.texts));
  }
  messages.error(terminalText(failure.message));
  for (const { pointer, message } of failure.issues ?? [])
    messages.log(`  ${terminalText(`${pointer === "" ? "the input" : pointer}: ${message}`)}`);
  if (failure.fix !== undefined) messages.log(`  fix: ${terminalText(failure.fix)}`);
  // A defect is ours to find, and only the stack says where it is.
  if (failure.code === "INTERNAL" && error instanceof Error) messages.log(error.stack ?? "");
  return exitCode;
}
