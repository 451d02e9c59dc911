import type { Engine, StartedExecution, StartOptions } from "../lib/engine/engine.ts";
import { isTerminal } from "../lib/engine/state.ts";
import { LeaseLostError } from "../lib/errors.ts";
import { usageError } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import { findWorkflowFile } from "./discovery/find-workflow-file.ts";
import { loadInProject } from "./discovery/load-in-project.ts";
import type { ExitCode } from "./exit.ts";
import { type DurabilityValues, openJournal } from "./journal/open-journal.ts";
import type { OperatorValues } from "./operator-arguments.ts";
import { progressMode, type ProgressValues } from "./progress-arguments.ts";
import { readDuration } from "./read-duration.ts";
import { readInput } from "./read-input.ts";
import { readOperator } from "./read-operator.ts";
import { requireWorkflow } from "./require-workflow.ts";
import { type PlaceValues, serverIsWanted } from "./server-process/server-is-wanted.ts";
import { assertWritable } from "./write-journal.ts";

export interface RunArguments extends ProgressValues, DurabilityValues, OperatorValues, PlaceValues {
  readonly file: string;
  readonly stdin: string | undefined;
  readonly input: readonly string[];
  readonly "input-file": string | undefined;
  readonly timeout: string | undefined;
  readonly "idempotency-key": string | undefined;
  readonly reuse: boolean;
  readonly journal: string | undefined;
  readonly output: string | undefined;
  readonly json: boolean;
}

/**
 * Runs one workflow to its end. `typed` is what the command line itself says. What is wrong with the call, the input or the file is said before anything runs.
 */
export async function runWorkflow(
  values: RunArguments,
  context: CliContext,
  typed: RunArguments = values,
): Promise<ExitCode> {
  const mode = progressMode(values);
  const timeoutMs = readDuration("timeout", values.timeout);
  const operator = await readOperator(values, context);
  const key = readKey(values["idempotency-key"]);
  const isWanted = await serverIsWanted(values, context);
  if (values.detach && typed.timeout !== undefined) throw timeoutOfNobody();
  const input = await readInput(
    { pairs: values.input, file: values["input-file"], isOnStdin: isOnStdin(values.stdin) },
    context,
  );
  if (values.journal !== undefined) await assertWritable(values.journal, context.cwd);
  const file = await findWorkflowFile("run", values.file, context);
  const loaded = await loadInProject(file, context);
  const workflow = requireWorkflow("run", file, loaded);
  if (mode === "shown" && loaded.diagnostics.length > 0) {
    const { renderDiagnostics } = await import("./render-diagnostics.ts");
    context.stderr.write(renderDiagnostics(loaded.diagnostics, loaded.text, context, loaded.texts));
  }
  if (isWanted) {
    const { tryServer } = await import("./server-process/try-server.ts");
    const exitCode = await tryServer({ values, typed, file, loaded, workflow, input, timeoutMs }, context);
    if (exitCode !== undefined) return exitCode;
  }
  await using journal = await openJournal(values, context);
  const { agents, workflows, origin } = loaded;
  const idempotency =
    key === undefined ? undefined : (await import("./idempotency.ts")).idempotencyOf(key, workflow, input);
  const options: StartOptions = {
    input,
    ...(origin !== undefined && { origin }),
    ...(idempotency !== undefined && { idempotency }),
    ...(values.reuse && { reuse: "unchanged" }),
  };
  const start = async (engine: Engine): Promise<StartedExecution> =>
    await takeOver(engine, await engine.start(workflow, options));
  const run = { values, agents, workflows, operator, journal, timeoutMs, journalFile: values.journal, start, announce };
  // What runs on a server needs no engine here.
  const { runInProcess } = await import("./run-in-process.ts");
  return await runInProcess(run, context);
}

/** An execution that was started before under the same key, and that nobody runs any more, goes on here. */
async function takeOver(engine: Engine, started: StartedExecution): Promise<StartedExecution> {
  const { execution, isReplay } = started;
  if (!isReplay || isTerminal(execution.status)) return started;
  try {
    return { execution: await engine.resume(execution.id), isReplay };
  } catch (error) {
    if (error instanceof LeaseLostError) return started;
    throw error;
  }
}

function announce({ execution, isReplay }: StartedExecution): string {
  return `execution ${execution.id} ${isReplay ? "was started before under this key" : "started"}`;
}

function timeoutOfNobody(): Error {
  return usageError('Cannot use "--timeout" with "--detach": nobody would be there to cancel it', "keep one of them");
}

function readKey(key: string | undefined): string | undefined {
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw usageError('Cannot use "--idempotency-key": it must be 1 to 255 visible ASCII characters');
}

/** @throws {CliError} when something else than "-" follows the file. */
export function isOnStdin(argument: string | undefined): boolean {
  if (argument === undefined || argument === "-") return argument === "-";
  throw usageError(`Cannot understand "${argument}": only "-" may follow the file`, 'use "--input key=value"');
}
