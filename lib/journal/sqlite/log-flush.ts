import { closeSync, fdatasync, fdatasyncSync, fsync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";

/** Brings what is committed to the disk. */
export interface DiskFlush {
  /** Whether no {@link soon} is under way. */
  readonly isIdle: boolean;
  /** Returns when the disk has all that is committed. Nothing else happens meanwhile. */
  now(): void;
  /** Resolves when the disk has all that was committed before the call. Others go on meanwhile. */
  soon(): Promise<void>;
  /** Call when it is idle. */
  close(): void;
}

// Apple's `fdatasync` promises nothing; `fsync` is what SQLite calls there.
const isApple = process.platform === "darwin";

/**
 * Flushes the write-ahead log of a database, as SQLite does in each commit if it is told to, but beside the event loop.
 *
 * The log is all that is missing: SQLite itself sees to it that the log is on the disk before it is folded back, and the
 * database before the log begins anew.
 */
export class LogFlush implements DiskFlush {
  readonly #path: string;
  #file: number | undefined;
  #current: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** `path` is that of the database. */
  constructor(path: string) {
    this.#path = `${path}-wal`;
  }

  get isIdle(): boolean {
    return this.#current === undefined && this.#next === undefined;
  }

  now(): void {
    if (isApple) fsyncSync(this.#open());
    else fdatasyncSync(this.#open());
  }

  soon(): Promise<void> {
    if (this.isIdle) return this.#begin();
    // The one under way may have begun before the last commit; one after it is enough for all who ask by then.
    this.#next ??= Promise.resolve(this.#current).then(() => this.#begin());
    return this.#next;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #begin(): Promise<void> {
    this.#next = undefined;
    this.#current = new Promise((resolve, reject) => {
      const onEnd = (error: Error | null): void => {
        this.#current = undefined;
        if (error === null) resolve();
        else reject(error);
      };
      if (isApple) fsync(this.#open(), onEnd);
      else fdatasync(this.#open(), onEnd);
    });
    return this.#current;
  }

  /**
   * The log is there from the first commit on, and the same file for as long as the database is open. That its folder names
   * it must be on the disk too, and SQLite sees to that only when it flushes the log itself.
   */
  #open(): number {
    if (this.#file !== undefined) return this.#file;
    flushFolder(dirname(this.#path));
    this.#file = openSync(this.#path, "r+");
    return this.#file;
  }
}

/** Windows has no such thing to flush, and says so. */
function flushFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
