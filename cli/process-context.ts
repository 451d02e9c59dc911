import type { Writable } from "node:stream";
import { systemClock } from "../lib/clock.ts";
import type { CliContext, StopSignal } from "./context.ts";

const stopSignals: readonly StopSignal[] = ["SIGINT", "SIGTERM"];

/** The context of a real process. */
export function createProcessContext(process: NodeJS.Process): CliContext {
  const { stdout, stderr, env } = process;
  ignoreClosedPipe(stdout);
  ignoreClosedPipe(stderr);
  return {
    stdout,
    stderr,
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
function ignoreClosedPipe(stream: Writable): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
