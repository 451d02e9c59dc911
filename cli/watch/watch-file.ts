import { resolve } from "node:path";
import type { CliContext, StopSignal } from "../context.ts";
import { exitCodeOfStop, type ExitCode } from "../exit.ts";
import { createMessages } from "../messages.ts";
import { createPaint } from "../paint.ts";
import { terminalOf } from "../terminal.ts";
import { untilStopped } from "../until-stopped.ts";
import { namedFiles } from "./named-files.ts";
import { nextChange, stampOf } from "./next-change.ts";

/** A run in a process of its own. */
export interface ChildRun {
  /** Resolves when its process has ended, however that was. */
  readonly ended: Promise<void>;
  /** Passes on a request to stop. */
  stop(signal: StopSignal): void;
}

/** Runs a workflow again whenever its file, or one that it names, was changed; until somebody asks it to stop. */
export async function watchFile(file: string, start: () => ChildRun, context: CliContext): Promise<ExitCode> {
  using stopped = untilStopped(context);
  for (;;) {
    const files = await namedFiles(resolve(context.cwd, file));
    // Before the run begins, so that it has seen all that is not seen as a change.
    const changed = nextChange(await stampOf(files), { clock: context.clock, signal: stopped.signal });
    clear(context);
    const run = start();
    const isOver = await Promise.race([run.ended.then(() => true), changed.then(() => false)]);
    if (isOver) sayWhatIsWatched(files.length, context);
    const isChanged = await changed;
    const { cause } = stopped;
    if (isChanged || cause === "SIGTERM" || !isTerminal(context)) run.stop(cause ?? "SIGTERM");
    await run.ended;
    if (cause !== undefined) return exitCodeOfStop(cause);
  }
}

function sayWhatIsWatched(count: number, context: CliContext): void {
  const { dim } = createPaint(terminalOf(context.stderr, context.env).hasColours);
  createMessages(context).log(dim(`Watching ${count} file${count === 1 ? "" : "s"}; Ctrl-C ends`));
}

/** What an earlier version came to is of no interest any more. */
function clear({ stderr, env }: CliContext): void {
  if (terminalOf(stderr, env).isLive) stderr.write("\u001B[2J\u001B[3J\u001B[H");
}

/** Ctrl-C in a terminal goes to all processes of the command, and twice would be an order to exit at once. */
function isTerminal({ stderr }: CliContext): boolean {
  return stderr.isTTY === true;
}
