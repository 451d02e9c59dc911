import { type ChildProcess, fork } from "node:child_process";

/**
 * A process that answers one question at a time. Engines are measured in one each, so that none pays for another's
 * garbage, and in turns, so that all meet the same load of the machine. It ends when this process does.
 */
export class Worker {
  readonly #child: ChildProcess;
  readonly #limitMs: number;

  constructor(file: string, args: readonly string[], { program = process.execPath, limitMs = 120_000 } = {}) {
    this.#limitMs = limitMs;
    this.#child = fork(file, args, {
      execPath: program,
      execArgv: ["--expose-gc"],
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
      // The figures of whoever asks go to standard output: what engines log must not.
      stdio: ["ignore", 2, 2, "ipc"],
    });
  }

  /** Rejects when the worker fails, ends or takes too long. */
  ask(question: unknown): Promise<unknown> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        child.off("message", onMessage).off("exit", onExit);
        act();
      };
      const onMessage = (reply: unknown): void =>
        settle(() => {
          if (isFailure(reply)) reject(new Error(reply.failure));
          else resolve(reply);
        });
      const onExit = (): void => settle(() => reject(new Error("Cannot measure: the worker ended")));
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        settle(() => reject(new Error(`Cannot measure: no answer within ${this.#limitMs} ms`)));
      }, this.#limitMs);
      child.on("message", onMessage).on("exit", onExit);
      if (child.connected) child.send({ question });
      else onExit();
    });
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
    if (child.connected) child.disconnect();
    await ended;
    clearTimeout(timer);
  }
}

function isFailure(reply: unknown): reply is { readonly failure: string } {
  return typeof reply === "object" && reply !== null && "failure" in reply;
}

/** Whether this process is a worker. */
export function isWorker(): boolean {
  return process.send !== undefined;
}

/** Answers until whoever asks is gone, then calls `close`. */
export function answer(reply: (question: unknown) => Promise<unknown>, close?: () => Promise<void>): void {
  process.on("message", (message: { readonly question: unknown }) => {
    reply(message.question).then(
      (value) => process.send?.(value),
      (error: unknown) => process.send?.({ failure: String(error) }),
    );
  });
  process.on("disconnect", () => {
    void (close?.() ?? Promise.resolve()).finally(() => process.exit());
  });
}
