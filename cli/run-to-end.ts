import type { ExecutionResult, ExecutionView } from "../lib/engine/view.ts";
import type { CliContext } from "./context.ts";
import { exitCodeOfStatus, type ExitCode } from "./exit.ts";
import { keepAlive } from "./keep-alive.ts";
import type { Progress } from "./progress.ts";
import { type Cancellable, stopOnRequest } from "./stop-on-request.ts";
import type { WatchedExecution } from "./watched/watched-execution.ts";

/** An execution of this process or of a server. */
export interface RunningExecution extends Pick<WatchedExecution, "id">, Cancellable {
  /** How it stands now. */
  view(): ExecutionView;
  readonly result: Promise<Pick<ExecutionResult, "status">>;
}

export interface StartedRun {
  readonly execution: RunningExecution;
  /** Whether it was started before, under the same key. */
  readonly isReplay: boolean;
}

export interface Run {
  readonly timeoutMs: number | undefined;
  readonly progress: Progress;
  /** Starts an execution, or goes on with one. */
  start(): Promise<StartedRun>;
  /** What is said first, so that whoever sees the process die knows what to resume. */
  announce(started: StartedRun): string;
}

export interface EndedRun {
  readonly execution: RunningExecution;
  readonly exitCode: ExitCode;
}

/** Starts a run, shows its progress, stops it when asked to, and waits for its end. */
export async function runToEnd(run: Run, context: CliContext): Promise<EndedRun> {
  const { timeoutMs, progress } = run;
  using _ = keepAlive(context.clock);
  try {
    const started = await run.start();
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
