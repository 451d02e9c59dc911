import { createHash } from "node:crypto";
import type { Engine, Idempotency, StartedExecution, StartOptions } from "../lib/engine/engine.ts";
import { isTerminal } from "../lib/engine/state.ts";
import { LeaseLostError } from "../lib/errors.ts";
import type { JsonValue } from "../lib/json.ts";
import { canonicalJson, workflowHash } from "../lib/workflow-hash.ts";
import type { Workflow } from "../lib/workflow.ts";
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
import { renderDiagnostics } from "./render-diagnostics.ts";
import { requireWorkflow } from "./require-workflow.ts";
import { runInProcess } from "./run-in-process.ts";
import { assertWritable } from "./write-journal.ts";

export interface RunArguments extends ProgressValues, DurabilityValues, OperatorValues {
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

/** Runs one workflow to its end. What is wrong with the call, the input or the file is said before anything runs. */
export async function runWorkflow(values: RunArguments, context: CliContext): Promise<ExitCode> {
  const mode = progressMode(values);
  const timeoutMs = readDuration("timeout", values.timeout);
  const operator = await readOperator(values, context);
  const key = readKey(values["idempotency-key"]);
  const input = await readInput(
    { pairs: values.input, file: values["input-file"], isOnStdin: isOnStdin(values.stdin) },
    context,
  );
  if (values.journal !== undefined) await assertWritable(values.journal, context.cwd);
  const file = await findWorkflowFile("run", values.file, context);
  const loaded = await loadInProject(file, context);
  const workflow = requireWorkflow("run", file, loaded);
  if (mode === "shown") context.stderr.write(renderDiagnostics(loaded.diagnostics, loaded.text, context, loaded.texts));
  await using journal = await openJournal(values, context);
  const { agents, workflows, origin } = loaded;
  const idempotency = key === undefined ? undefined : idempotencyOf(key, workflow, input);
  const options: StartOptions = {
    input,
    ...(origin !== undefined && { origin }),
    ...(idempotency !== undefined && { idempotency }),
    ...(values.reuse && { reuse: "unchanged" }),
  };
  const start = async (engine: Engine): Promise<StartedExecution> =>
    await takeOver(engine, await engine.start(workflow, options));
  const run = { values, agents, workflows, operator, journal, timeoutMs, journalFile: values.journal, start, announce };
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

function readKey(key: string | undefined): string | undefined {
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw usageError('Cannot use "--idempotency-key": it must be 1 to 255 visible ASCII characters');
}

/** The same key with another workflow or input is a mistake, and refused. */
function idempotencyOf(key: string, workflow: Workflow, input: JsonValue): Idempotency {
  const request = canonicalJson({ workflow: workflowHash(workflow), input });
  return { key, fingerprint: createHash("sha256").update(request).digest("hex") };
}

function isOnStdin(argument: string | undefined): boolean {
  if (argument === undefined || argument === "-") return argument === "-";
  throw usageError(`Cannot understand "${argument}": only "-" may follow the file`, 'use "--input key=value"');
}
