import type { Clock } from "../lib/clock.ts";

/** Where text goes. A terminal says that it is one, and how wide. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

export type StopSignal = "SIGINT" | "SIGTERM";

/** The process as an argument, so that commands run in a test as they do in a terminal. */
export interface CliContext {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Adds to the environment, for this process and what it starts. */
  setVariable(name: string, value: string): void;
  readonly cwd: string;
  readonly clock: Clock;
  /**
   * Calls `listener` for the first request to stop; the second one ends the process at once. Without a listener the
   * first one does.
   */
  onSignal(listener: (signal: StopSignal) => void): Disposable;
}
