import { isDuration, parseDuration } from "../dsl/duration.ts";
import { createEngine, type Engine } from "../lib/engine/engine.ts";
import type { Workflow } from "../lib/workflow.ts";
import { CliError, usageError } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import { exitCodeOfError, type ExitCode } from "./exit.ts";
import { createJsonLog } from "./json-log.ts";
import { type LoadedFile, loadWorkflow } from "./load.ts";
import { createMessages } from "./messages.ts";
import { isJsonOutput } from "./output-arguments.ts";
import { createProgress, type ProgressMode } from "./create-progress.ts";
import { readInput } from "./read-input.ts";
import { renderDiagnostics } from "./render-diagnostics.ts";
import { runToEnd } from "./run-to-end.ts";
import { showResult } from "./show-result.ts";
import { terminalText } from "./terminal-text.ts";
import { assertWritable, writeJournal } from "./write-journal.ts";

export interface RunArguments {
  readonly file: string;
  readonly stdin: string | undefined;
  readonly input: readonly string[];
  readonly "input-file": string | undefined;
  readonly timeout: string | undefined;
  readonly journal: string | undefined;
  readonly output: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** Log lines say all that messages would, and are not to be mixed with them. */
const messageLevels = { shown: "all", quiet: "errors", logged: "none" } as const;

/** Runs one workflow to its end. What is wrong with the call, the input or the file is said before anything runs. */
export async function runWorkflow(values: RunArguments, context: CliContext): Promise<ExitCode> {
  const mode = modeOf(values);
  const timeoutMs = values.timeout === undefined ? undefined : readTimeout(values.timeout);
  const input = await readInput(
    { pairs: values.input, file: values["input-file"], isOnStdin: isOnStdin(values.stdin) },
    context,
  );
  if (values.journal !== undefined) await assertWritable(values.journal, context.cwd);
  const loaded = await loadWorkflow(values.file, context);
  const workflow = requireWorkflow(values.file, loaded);
  const messages = createMessages(context, messageLevels[mode]);
  if (mode === "shown") context.stderr.write(renderDiagnostics(loaded.diagnostics, loaded.text, context));
  await using engine = createEngine({
    agents: loaded.agents,
    clock: context.clock,
    ...(mode === "logged" && { log: createJsonLog(context.stderr) }),
  });
  const progress = await createProgress(mode, engine.events, messages, context);
  const { execution, exitCode } = await runToEnd({ engine, workflow, input, timeoutMs, progress }, context);
  const lost = await journalError(values.journal, engine, execution.id, context);
  showResult(execution.view(), { isJson: isJsonOutput(values), messages, context });
  if (lost === undefined) return exitCode;
  createMessages(context, "errors").error(terminalText(lost.message));
  return exitCodeOfError(lost.code);
}

/** A run is not lost with its journal: its result is shown all the same. */
async function journalError(
  file: string | undefined,
  engine: Engine,
  executionId: string,
  { cwd }: CliContext,
): Promise<CliError | undefined> {
  if (file === undefined) return undefined;
  try {
    await writeJournal(file, cwd, engine.journal, executionId);
    return undefined;
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}

function modeOf({ quiet, verbose }: RunArguments): ProgressMode {
  if (quiet && verbose)
    throw usageError('Cannot use "--quiet" with "--verbose": they ask for opposites', "keep one of them");
  if (verbose) return "logged";
  return quiet ? "quiet" : "shown";
}

function readTimeout(text: string): number {
  if (isDuration(text)) return parseDuration(text);
  throw usageError('Cannot use "--timeout": it must be a duration such as "500ms", "30s" or "5m"');
}

function isOnStdin(argument: string | undefined): boolean {
  if (argument === undefined || argument === "-") return argument === "-";
  throw usageError(`Cannot understand "${argument}": only "-" may follow the file`, 'use "--input key=value"');
}

function requireWorkflow(file: string, { workflow, diagnostics, text }: LoadedFile): Workflow {
  if (workflow !== undefined) return workflow;
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  throw new CliError("INVALID_WORKFLOW", `Cannot run "${file}": it has ${errors} error${errors === 1 ? "" : "s"}`, {
    diagnostics,
    text,
  });
}
