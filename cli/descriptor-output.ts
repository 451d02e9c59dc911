import { fstatSync, writeSync } from "node:fs";
import process from "node:process";
import type { OutputStream } from "./context.ts";

/** What a process writes to. */
export interface ProcessOutput extends OutputStream {
  write(data: string | Uint8Array): unknown;
  /** What was taken and is not written yet. */
  readonly writableLength: number;
}

/**
 * Output to a file or a pipe, written before `write()` returns. What makes a stream of it takes longer than a short command: that
 * is left to `open`, for terminals, and for pipes whose reader does not keep up.
 */
export function descriptorOutput(
  descriptor: number,
  open: () => ProcessOutput,
  write: Write = writeSync,
): ProcessOutput {
  return isPlain(descriptor) ? new DescriptorOutput(descriptor, open, write) : open();
}

/** Gives how many bytes were taken. */
type Write = (descriptor: number, bytes: Uint8Array, offset: number) => number;

/** Whether a descriptor takes bytes and has nothing to tell. Windows writes to its pipes in another way. */
function isPlain(descriptor: number): boolean {
  if (process.platform === "win32") return false;
  try {
    // Node keeps the numbers of the last stat, and where they are of a pipe its realpathSync(), by which modules are found, follows
    // no link any more. Bigints it keeps elsewhere.
    const stats = fstatSync(descriptor, { bigint: true });
    return stats.isFile() || stats.isFIFO() || stats.isSocket();
  } catch {
    // It is closed, which the stream knows how to take.
    return false;
  }
}

class DescriptorOutput implements ProcessOutput {
  readonly isTTY = false;
  readonly #descriptor: number;
  readonly #open: () => ProcessOutput;
  readonly #write: Write;
  /** Takes over from where the descriptor could not take more. */
  #stream: ProcessOutput | undefined;
  #isClosed = false;

  constructor(descriptor: number, open: () => ProcessOutput, write: Write) {
    this.#descriptor = descriptor;
    this.#open = open;
    this.#write = write;
  }

  get destroyed(): boolean {
    return this.#isClosed || this.#stream?.destroyed === true;
  }

  get writableLength(): number {
    return this.#stream?.writableLength ?? 0;
  }

  write(data: string | Uint8Array): void {
    if (this.#isClosed) return;
    if (this.#stream !== undefined) return void this.#stream.write(data);
    const bytes = Buffer.from(data);
    for (let written = 0; written < bytes.length;) {
      try {
        written += this.#write(this.#descriptor, bytes, written);
      } catch (error) {
        const rest = bytes.subarray(written);
        return this.#fail(error, rest);
      }
    }
  }

  #fail(error: unknown, rest: Uint8Array): void {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // A reader that has seen enough, such as `head`, is no failure of the run: the rest is dropped.
    if (code === "EPIPE") this.#isClosed = true;
    else if (code === "EAGAIN") (this.#stream = this.#open()).write(rest);
    else throw error;
  }
}
