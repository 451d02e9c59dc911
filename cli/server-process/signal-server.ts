import process from "node:process";
import { sleep, type Clock } from "../../lib/clock.ts";
import { CliError } from "../cli-error.ts";
import type { StopSignal } from "../context.ts";
import { isAlive } from "./find-server.ts";
import type { ServerState } from "./server-state.ts";

const pollMs = 50;

/** How long a server gets to end: longer than it gives what it runs, and its sockets. */
export const stopTimeoutMs = 30_000;

/**
 * Asks a server to end in good order and waits until its process has ended. Looks again whether the process is the server
 * before it signals: it signals no other.
 *
 * @throws {CliError} when the server does not end in time.
 */
export async function signalServer(
  state: ServerState,
  clock: Clock,
  kill: (pid: number, signal: StopSignal) => unknown = (pid, signal) => process.kill(pid, signal),
): Promise<void> {
  if (!(await isAlive(state))) return;
  sendStop(() => kill(state.pid, "SIGTERM"));
  const deadline = clock.now() + stopTimeoutMs;
  while (await isAlive(state)) {
    if (clock.now() >= deadline) throw stillThere(state);
    await sleep(clock, pollMs);
  }
}

function sendStop(send: () => unknown): void {
  try {
    send();
  } catch (error) {
    // It was faster.
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return;
    throw error;
  }
}

function stillThere({ pid, url }: ServerState): CliError {
  return new CliError(
    "SERVER_UNREACHABLE",
    `Cannot stop the server at ${url}: process ${pid} was asked to end ${stopTimeoutMs / 1_000} s ago and is still there`,
    { fix: `look at its log, and end the process yourself: "kill -9 ${pid}" loses nothing but the attempts under way` },
  );
}
