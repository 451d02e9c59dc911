import { spawn } from "node:child_process";
import process from "node:process";
import type { StopSignal } from "../context.ts";
import { program } from "../program.ts";
import type { ChildRun } from "./watch-file.ts";

/** How long a run has for stopping by itself. */
const patienceMs = 5_000;

/** This program as another process, with the same terminal: a module is loaded afresh, with all that it imports. */
export function startChild(argv: readonly string[], cwd: string): ChildRun {
  const child = spawn(process.execPath, [...process.execArgv, program, ...argv], {
    cwd,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
  return {
    ended,
    stop(signal: StopSignal) {
      child.kill(signal);
      // Asked a second time, it exits at once.
      const timer = setTimeout(() => child.kill(signal), patienceMs);
      const cancel = (): void => clearTimeout(timer);
      ended.then(cancel, cancel);
    },
  };
}
