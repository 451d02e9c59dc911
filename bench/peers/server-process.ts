import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { createServer } from "node:net";
import { sleep } from "./case.ts";

const running = new Set<ChildProcess>();

// However this process ends, unless it is killed, what it started ends with it.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A server that another program is, for as long as it is needed. */
export interface ServerProcess {
  stop(): Promise<void>;
}

export interface ServerOptions extends SpawnOptions {
  readonly stopSignal: NodeJS.Signals;
  readonly isReady: () => Promise<boolean>;
}

/** Resolves when the server is ready, and leaves no process behind when it does not get so far within 30 s. */
export async function startServer(
  program: string,
  args: readonly string[],
  { stopSignal, isReady, ...options }: ServerOptions,
): Promise<ServerProcess> {
  const child = spawn(program, args, { stdio: "ignore", ...options });
  const ended = new Promise<void>((resolve) => {
    for (const event of ["exit", "error"]) {
      child.once(event, () => {
        running.delete(child);
        resolve();
      });
    }
  });
  running.add(child);
  const stop = async (): Promise<void> => {
    if (running.has(child)) child.kill(stopSignal);
    const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(timer);
  };
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline && running.has(child)) {
    if (await isReady().catch(() => false)) return { stop };
    await sleep(50);
  }
  await stop();
  throw new Error(`Cannot start "${program}": it ended or was not ready in 30 s`);
}

/** Ports of the loopback that nobody listened on a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  const ports: number[] = [];
  for (const server of servers) {
    if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    if (address !== null && typeof address !== "string") ports.push(address.port);
  }
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}
