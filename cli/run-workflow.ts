import { usageError } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import { findWorkflowFile } from "./discovery/find-workflow-file.ts";
import type { ExitCode } from "./exit.ts";
import { progressMode } from "./progress-arguments.ts";
import { readDuration } from "./read-duration.ts";
import { readInput } from "./read-input.ts";
import { readOperator } from "./read-operator.ts";
import { isOnStdin, type RunArguments } from "./run-arguments.ts";
import { serverIsWanted } from "./server-process/server-is-wanted.ts";
import { tryPlainFile } from "./server-process/try-plain-file.ts";
import { assertWritable } from "./write-journal.ts";

/**
 * Runs one workflow to its end. `typed` is what the command line itself says. What is wrong with the call, the input or the
 * file is said before anything runs.
 */
export async function runWorkflow(
  values: RunArguments,
  context: CliContext,
  typed: RunArguments = values,
): Promise<ExitCode> {
  // Refuses flags that contradict each other, before anything is read.
  progressMode(values);
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
  const call = { values, typed, file, input, timeoutMs };
  if (isWanted) {
    const exitCode = await tryPlainFile(call, context);
    if (exitCode !== undefined) return exitCode;
  }
  // What a server checks and runs needs neither the language nor the engine here.
  const { runLoaded } = await import("./run-loaded.ts");
  return await runLoaded({ ...call, operator, key, isServerWanted: isWanted }, context);
}

function timeoutOfNobody(): Error {
  return usageError('Cannot use "--timeout" with "--detach": nobody would be there to cancel it', "keep one of them");
}

function readKey(key: string | undefined): string | undefined {
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw usageError('Cannot use "--idempotency-key": it must be 1 to 255 visible ASCII characters');
}
