import type { Writable } from "node:stream";

const lingerMs = 1_000;

/**
 * Ends the process although something is left open: an agent that was given up on, or a workflow module, may leave a
 * timer or a socket that would keep it forever. Output that a slow reader has not taken yet is waited for.
 */
export function exitSoon(process: NodeJS.Process): void {
  const timer = setTimeout(() => {
    if (isWritten(process.stdout) && isWritten(process.stderr)) process.exit();
    exitSoon(process);
  }, lingerMs);
  // When nothing is left open the process ends by itself, at once.
  timer.unref();
}

function isWritten({ writableLength, destroyed }: Writable): boolean {
  return destroyed || writableLength === 0;
}
