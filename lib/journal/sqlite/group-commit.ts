import { JournalUnavailableError } from "../../errors.ts";
import type { Driver } from "./driver.ts";
import type { DiskFlush } from "./log-flush.ts";
import { explain, isStorageFailure } from "./sqlite-error.ts";
import { rollBack } from "./transaction.ts";

/** Something to write, with what becomes of its promise. */
interface Job {
  readonly apply: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** Drops what was remembered of a write that did not happen. */
  readonly undo: () => void;
}

/** With fewer writes there is too little to do meanwhile to pay for a flush beside the event loop. */
const fewWrites = 16;

/**
 * Gathers what is to be written in one turn of the event loop and commits it at once, in order: a disk is asked to hold
 * on to many writes as fast as to one. A promise resolves after the commit, and when there is a flush after that. What one
 * write does wrong, none other suffers.
 */
export class GroupCommit {
  readonly #database: Driver;
  readonly #path: string;
  readonly #disk: DiskFlush | undefined;
  #jobs: Job[] = [];
  /** Ends when all that was committed is acknowledged. */
  #acknowledged: Promise<void> = Promise.resolve();
  #failure: JournalUnavailableError | undefined;

  constructor(database: Driver, path: string, disk?: DiskFlush) {
    this.#database = database;
    this.#path = path;
    this.#disk = disk;
  }

  get isIdle(): boolean {
    return this.#jobs.length === 0;
  }

  /** Calls `apply` inside the next transaction, and again in another one if that has to be repeated. */
  run<T>(apply: () => T, undo: () => void = () => {}): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      this.#jobs.push({
        apply: () => {
          result = apply();
        },
        resolve: () => {
          resolve(result);
        },
        reject,
        undo,
      });
      if (this.#jobs.length === 1) setImmediate(() => this.flush());
    });
  }

  /** Commits now what waits. */
  flush(): void {
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    if (this.#failure !== undefined) return this.#drop(jobs, this.#failure);
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      for (const job of jobs) job.apply();
      this.#database.exec("COMMIT");
    } catch (error) {
      rollBack(this.#database);
      if (jobs.length === 1 || isStorageFailure(error)) return this.#drop(jobs, explain(error, "write", this.#path));
      for (const job of jobs) job.undo();
      return this.#oneByOne(jobs);
    }
    this.#acknowledge(jobs);
  }

  /** Writes what waits and ends when everybody was told. */
  async close(): Promise<void> {
    this.flush();
    await this.#acknowledged;
    this.#disk?.close();
  }

  /** Repeats a group in which something was refused, so that only this is left out. */
  #oneByOne(jobs: readonly Job[]): void {
    const refused = new Map<Job, unknown>();
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      for (const job of jobs) this.#attempt(job, refused);
      this.#database.exec("COMMIT");
    } catch (error) {
      rollBack(this.#database);
      return this.#drop(jobs, explain(error, "write", this.#path));
    }
    for (const [job, error] of refused) job.reject(explain(error, "write", this.#path));
    this.#acknowledge(jobs.filter((job) => !refused.has(job)));
  }

  /** Throws only what the whole transaction is lost with: SQLite may have ended it, and a savepoint would begin another. */
  #attempt(job: Job, refused: Map<Job, unknown>): void {
    this.#database.exec("SAVEPOINT job");
    try {
      job.apply();
    } catch (error) {
      if (isStorageFailure(error)) throw error;
      job.undo();
      refused.set(job, error);
      this.#database.exec("ROLLBACK TO job");
    }
    this.#database.exec("RELEASE job");
  }

  /** Tells that what is committed is kept, once it is. */
  #acknowledge(jobs: readonly Job[]): void {
    const tell = (): void => {
      for (const job of jobs) job.resolve();
    };
    if (this.#disk === undefined || jobs.length === 0) return tell();
    if (jobs.length >= fewWrites || !this.#disk.isIdle) {
      this.#acknowledged = this.#disk.soon().then(tell, (error: unknown) => this.#fail(jobs, error));
      return;
    }
    try {
      this.#disk.now();
    } catch (error) {
      return this.#fail(jobs, error);
    }
    tell();
  }

  /** A disk that has failed to keep something may say later that all is well: only who opens the file again knows. */
  #fail(jobs: readonly Job[], cause: unknown): void {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "the system failed";
    this.#failure ??= new JournalUnavailableError(
      `Cannot write the journal "${this.#path}": the disk did not keep it (${reason}); check the disk and open it again`,
      { cause },
    );
    this.#drop(jobs, this.#failure);
  }

  #drop(jobs: readonly Job[], reason: unknown): void {
    for (const job of jobs) {
      job.undo();
      job.reject(reason);
    }
  }
}
