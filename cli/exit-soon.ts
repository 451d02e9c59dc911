import type { ProcessOutput } from "./descriptor-output.ts";
import type { ProcessContext } from "./process-context.ts";

const lingerMs = 1_000;

/**
 * Ends the process although something is left open: an agent that was given up on, or a workflow module, may leave a
 * timer or a socket that would keep it forever. Output that a slow reader has not taken yet is waited for.
 */
export function exitSoon(process: NodeJS.Process, context: ProcessContext): void {
  const timer = setTimeout(() => {
    if (isWritten(context.stdout) && isWritten(context.stderr)) process.exit();
    exitSoon(process, context);
  }, lingerMs);
  // When nothing is left open the process ends by itself, at once.
  timer.unref();
}

function isWritten({ writableLength, destroyed }: ProcessOutput): boolean {
  return destroyed === true || writableLength === 0;
}
