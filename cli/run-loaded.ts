import type { Engine, StartedExecution, StartOptions } from "../lib/engine/engine.ts";
import { isTerminal } from "../lib/engine/state.ts";
import { LeaseLostError } from "../lib/errors.ts";
import type { CliContext } from "./context.ts";
import { loadInProject } from "./discovery/load-in-project.ts";
import type { ExitCode } from "./exit.ts";
import { openJournal } from "./journal/open-journal.ts";
import { progressMode } from "./progress-arguments.ts";
import type { Operator } from "./read-operator.ts";
import { renderDiagnostics } from "./render-diagnostics.ts";
import { requireWorkflow } from "./require-workflow.ts";
import type { RunArguments } from "./run-arguments.ts";
import type { ServerTry } from "./server-process/server-try.ts";

/** A run of which the call is known to be right. */
export interface CheckedCall extends ServerTry {
  readonly values: RunArguments;
  readonly operator: Operator;
  /** Under which the execution is started once. */
  readonly key: string | undefined;
  /** Whether a server is to run it, if one can. */
  readonly isServerWanted: boolean;
}

/** Loads and checks a workflow in this process, and runs it on the project's server or here. */
export async function runLoaded(call: CheckedCall, context: CliContext): Promise<ExitCode> {
  const { values, file, input, timeoutMs, operator, key } = call;
  const loaded = await loadInProject(file, context);
  const workflow = requireWorkflow("run", file, loaded);
  if (progressMode(values) === "shown") {
    context.stderr.write(renderDiagnostics(loaded.diagnostics, loaded.text, context, loaded.texts));
  }
  if (call.isServerWanted) {
    const { tryServer } = await import("./server-process/try-server.ts");
    const exitCode = await tryServer({ ...call, loaded, workflow }, context);
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
