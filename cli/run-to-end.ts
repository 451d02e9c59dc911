import type { Engine, StartedExecution } from "../lib/engine/engine.ts";
import type { Execution } from "../lib/engine/execution.ts";
import type { CliContext } from "./context.ts";
import { exitCodeOfStatus, type ExitCode } from "./exit.ts";
import { keepAlive } from "./keep-alive.ts";
import type { Progress } from "./progress.ts";
import { stopOnRequest } from "./stop-on-request.ts";

export interface Run {
  readonly engine: Engine;
  readonly timeoutMs: number | undefined;
  readonly progress: Progress;
  /** Starts an execution, or goes on with one. */
  start(engine: Engine): Promise<StartedExecution>;
  /** What is said first, so that whoever sees the process die knows what to resume. */
  announce(started: StartedExecution): string;
}

export interface EndedRun {
  readonly execution: Execution;
  readonly exitCode: ExitCode;
}

/** Starts a run, shows its progress, stops it when asked to, and waits for its end. */
export async function runToEnd(run: Run, context: CliContext): Promise<EndedRun> {
  const { engine, timeoutMs, progress } = run;
  using _ = keepAlive(context.clock);
  try {
    const started = await run.start(engine);
    const { execution } = started;
    progress.note(run.announce(started));
    using stop = stopOnRequest(execution, { timeoutMs, note: (text) => progress.note(text) }, context);
    progress.watch(execution);
    const result = await execution.result;
    return { execution, exitCode: exitCodeOfStatus(result.status, stop.cause) };
  } finally {
    // The terminal is given back even when the run could not start or nobody knows how it ended.
    await progress.finish();
  }
}
