import { spawn } from "node:child_process";
import { extname } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { StopSignal } from "../context.ts";
import type { ChildRun } from "./watch-file.ts";

/** How long a run has for stopping by itself. */
const patienceMs = 5_000;

/** This program as another process, with the same terminal: a module is loaded afresh, with all that it imports. */
export function startChild(argv: readonly string[], cwd: string): ChildRun {
  const here = fileURLToPath(import.meta.url);
  const main = fileURLToPath(new URL(`../main${extname(here)}`, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, main, ...argv], {
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
