import { systemClock } from "../lib/clock.ts";
import type { CliContext, StopSignal } from "./context.ts";
import { descriptorOutput, type ProcessOutput } from "./descriptor-output.ts";

const stopSignals: readonly StopSignal[] = ["SIGINT", "SIGTERM"];

export interface ProcessContext extends CliContext {
  readonly stdout: ProcessOutput;
  readonly stderr: ProcessOutput;
}

/** The context of a real process. */
export function createProcessContext(process: NodeJS.Process): ProcessContext {
  const { env } = process;
  let stdout: ProcessOutput | undefined;
  let stderr: ProcessOutput | undefined;
  return {
    // Opened when they are first asked for: on Bun each may take as long as all the rest of a short command.
    get stdout() {
      return (stdout ??= descriptorOutput(1, () => ignoringClosedPipe(process.stdout)));
    },
    get stderr() {
      return (stderr ??= descriptorOutput(2, () => ignoringClosedPipe(process.stderr)));
    },
    // Touching it opens it, and most commands do not read.
    get stdin() {
      return process.stdin;
    },
    env,
    setVariable(name, value) {
      env[name] = value;
    },
    cwd: process.cwd(),
    clock: systemClock,
    onSignal(listener) {
      let isStopping = false;
      const onSignal = (signal: StopSignal): void => {
        // The only hard exit: whoever asks twice does not want to wait for output either.
        if (isStopping) process.exit(signal === "SIGINT" ? 130 : 143);
        isStopping = true;
        listener(signal);
      };
      for (const signal of stopSignals) process.on(signal, onSignal);
      return {
        [Symbol.dispose]() {
          for (const signal of stopSignals) process.off(signal, onSignal);
        },
      };
    },
  };
}

/** A reader that has seen enough, such as `head`, is no failure of the run: the rest is dropped. */
function ignoringClosedPipe(stream: NodeJS.WriteStream): ProcessOutput {
  return stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
