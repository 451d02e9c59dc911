import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { systemClock } from "../../clock.ts";

export interface ProcessRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly stdin: string;
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly maxOutputBytes: number;
  readonly killAfterMs: number;
}

export interface ProcessEnd {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly endSignal: string | undefined;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** It wrote more than it may, and was stopped. */
  readonly isTooMuch: boolean;
}

/**
 * Runs a program in a process group of its own. When `signal` aborts, or it writes too much, the group is told to end, and
 * killed when it does not. Resolves once the program is gone, with all that it has started and left behind.
 */
export async function runProcess(request: ProcessRequest, signal: AbortSignal): Promise<ProcessEnd> {
  const { file, args, stdin, cwd, env, maxOutputBytes, killAfterMs } = request;
  const child = spawn(file, [...args], { cwd, env: { ...env }, stdio: "pipe", shell: false, detached: true });
  let killing: Disposable | undefined;
  let isTooMuch = false;
  const stop = (): void => {
    if (killing !== undefined) return;
    killGroup(child, "SIGTERM");
    killing = systemClock.timer(killAfterMs, () => killGroup(child, "SIGKILL"));
  };
  const onTooMuch = (): void => {
    isTooMuch = true;
    stop();
  };
  const ended = endOf(child);
  const stdout = collect(child.stdout, maxOutputBytes, onTooMuch);
  const stderr = collect(child.stderr, maxOutputBytes, onTooMuch);
  // A program need not read what it is given.
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    const { exitCode, endSignal } = await ended;
    return { exitCode, endSignal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), isTooMuch };
  } finally {
    signal.removeEventListener("abort", stop);
    killing?.[Symbol.dispose]();
  }
}

/** Output is whole once the streams are closed, which what the program has left behind could hold up. */
function endOf(child: ChildProcess): Promise<Pick<ProcessEnd, "exitCode" | "endSignal">> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => killGroup(child, "SIGKILL"));
    child.on("close", (code, name) => resolve({ exitCode: code ?? undefined, endSignal: name ?? undefined }));
  });
}

/** Grows until the process ends. What is beyond the limit is dropped. */
function collect(stream: Readable, maxBytes: number, onTooMuch: () => void): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let size = 0;
  stream.on("data", (chunk: Uint8Array) => {
    size += chunk.byteLength;
    if (size > maxBytes) onTooMuch();
    else chunks.push(chunk);
  });
  return chunks;
}

/** Where there are no groups, the program alone. */
function killGroup(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // Nobody is left: some systems say so as EPERM.
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
