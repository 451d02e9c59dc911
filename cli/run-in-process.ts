import type { AgentRegistry } from "../lib/agents/registry.ts";
import type { Engine, StartedExecution } from "../lib/engine/engine.ts";
import type { Journal } from "../lib/journal/journal.ts";
import type { Workflow } from "../lib/workflow.ts";
import { CliError } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import { createProjectEngine } from "./create-project-engine.ts";
import { createProgress } from "./create-progress.ts";
import { exitCodeOfError, type ExitCode } from "./exit.ts";
import { createJsonLog } from "./json-log.ts";
import { createMessages } from "./messages.ts";
import { isJsonOutput } from "./output-arguments.ts";
import { messageLevels, progressMode, type ProgressValues } from "./progress-arguments.ts";
import type { Operator } from "./read-operator.ts";
import { runToEnd, type Run } from "./run-to-end.ts";
import { showResult } from "./show-result.ts";
import { exportTraces } from "./telemetry/export-traces.ts";
import { terminalText } from "./terminal-text.ts";
import { writeJournal } from "./write-journal.ts";

export interface ProcessRun extends Pick<Run, "announce"> {
  /** Starts an execution, or goes on with one. */
  start(engine: Engine): Promise<StartedExecution>;
  readonly values: ProgressValues & { readonly output: string | undefined; readonly json: boolean };
  readonly agents: AgentRegistry;
  /** What the steps may run as children. */
  readonly workflows: readonly Workflow[];
  readonly operator: Operator;
  readonly journal: Journal;
  readonly timeoutMs: number | undefined;
  /** Where `--journal` wants a copy of the journal. */
  readonly journalFile?: string | undefined;
}

/** Runs one execution in this process to its end, and shows what it came to. */
export async function runInProcess(run: ProcessRun, context: CliContext): Promise<ExitCode> {
  const { values, agents, workflows, operator, journal, timeoutMs, journalFile } = run;
  const mode = progressMode(values);
  const messages = createMessages(context, messageLevels[mode]);
  await using _ = await exportTraces(context, mode);
  await using engine = createProjectEngine({
    agents,
    workflows,
    ...operator,
    journal,
    clock: context.clock,
    ...(mode === "logged" && { log: createJsonLog(context.stderr) }),
  });
  const progress = await createProgress(mode, engine.events, messages, context);
  const start = (): Promise<StartedExecution> => run.start(engine);
  const { execution, exitCode } = await runToEnd({ timeoutMs, progress, start, announce: run.announce }, context);
  const lost = await journalError(journalFile, engine, execution.id, context);
  // What the journal shows is redacted wherever the execution ran.
  const view = (await engine.view(execution.id)) ?? execution.view();
  showResult(view, { isJson: isJsonOutput(values), messages, context });
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
