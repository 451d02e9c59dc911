import type { Engine } from "../lib/engine/engine.ts";
import type { Execution } from "../lib/engine/execution.ts";
import type { JsonValue } from "../lib/json.ts";
import type { Workflow } from "../lib/workflow.ts";
import type { CliContext } from "./context.ts";
import { exitCodeOfStatus, type ExitCode } from "./exit.ts";
import type { Progress } from "./progress.ts";
import { stopOnRequest } from "./stop-on-request.ts";

export interface Run {
  readonly engine: Engine;
  readonly workflow: Workflow;
  readonly input: JsonValue;
  readonly timeoutMs: number | undefined;
  readonly progress: Progress;
}

export interface EndedRun {
  readonly execution: Execution;
  readonly exitCode: ExitCode;
}

/** Starts a run, shows its progress, stops it when asked to, and waits for its end. */
export async function runToEnd(run: Run, context: CliContext): Promise<EndedRun> {
  const { engine, workflow, input, timeoutMs, progress } = run;
  try {
    const { execution } = await engine.start(workflow, { input });
    using stop = stopOnRequest(execution, { timeoutMs, note: (text) => progress.note(text) }, context);
    progress.watch(execution);
    const result = await execution.result;
    return { execution, exitCode: exitCodeOfStatus(result.status, stop.cause) };
  } finally {
    // The terminal is given back even when the run could not start or nobody knows how it ended.
    await progress.finish();
  }
}
