import { signalName, signalNameMessage } from "../../dsl/step-limits.ts";
import type { JsonValue } from "../../lib/json.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { isJsonOutput } from "../output-arguments.ts";
import { readDocument, readStdin } from "../read-input.ts";
import { writeJson } from "../write-json.ts";
import { findExecution } from "./find-execution.ts";
import { openExistingJournal, type StateValues } from "./open-journal.ts";

export interface SignalValues extends StateValues {
  readonly id: string;
  readonly name: string;
  readonly payload: string | undefined;
  readonly "signal-id": string | undefined;
  readonly output: string | undefined;
  readonly json: boolean;
}

/** Leaves a signal in the journal. It is kept there until a process runs the execution. */
export async function signalExecution(values: SignalValues, context: CliContext): Promise<ExitCode> {
  const { name, "signal-id": id } = values;
  if (!signalName.test(name)) throw usageError(`Cannot send signal "${name}": its name must be ${signalNameMessage}`);
  const payload = await readPayload(values.payload, context);
  await using journal = await openExistingJournal(values, context, { readonly: false });
  const { executionId, isOwned, status } = await findExecution(journal, values.id);
  const message = { kind: "signal", name, payload, ...(id !== undefined && { id }) } as const;
  if (!(await journal.send(executionId, message))) {
    throw new CliError(
      "EXECUTION_ENDED",
      `Cannot send signal "${name}" to execution "${executionId}": it is ${status}`,
    );
  }
  if (isJsonOutput(values)) writeJson(context.stdout, { executionId, signal: name, isOwned });
  else {
    context.stdout.write(`signal ${name} sent to execution ${executionId}\n`);
    if (!isOwned) {
      context.stderr.write(`No process runs it: it has the signal when "orchestr8 resume ${executionId}" goes on\n`);
    }
  }
  return 0;
}

async function readPayload(text: string | undefined, { stdin }: CliContext): Promise<JsonValue> {
  if (text === undefined) return null;
  return text === "-"
    ? await readDocument("the payload from stdin", await readStdin(stdin))
    : await readDocument("the payload", text, "quote text twice, as in '\"yes\"'");
}
