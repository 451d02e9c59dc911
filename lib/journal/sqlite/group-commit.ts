import type { Driver } from "./driver.ts";
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

/**
 * Gathers what is to be written in one turn of the event loop and commits it at once, in order: a disk is asked to hold
 * on to many writes as fast as to one. A promise resolves after the commit. What one write does wrong, none other suffers.
 */
export class GroupCommit {
  readonly #database: Driver;
  readonly #path: string;
  #jobs: Job[] = [];

  constructor(database: Driver, path: string) {
    this.#database = database;
    this.#path = path;
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
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      for (const job of jobs) job.apply();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#undo(jobs);
      if (jobs.length === 1 || isStorageFailure(error)) return this.#rejectAll(jobs, error);
      return this.#oneByOne(jobs);
    }
    for (const job of jobs) job.resolve();
  }

  /** Repeats a group in which something was refused, so that only this is left out. */
  #oneByOne(jobs: readonly Job[]): void {
    const refused = new Map<Job, unknown>();
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      for (const job of jobs) this.#attempt(job, refused);
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#undo(jobs);
      return this.#rejectAll(jobs, error);
    }
    for (const job of jobs) {
      if (refused.has(job)) job.reject(explain(refused.get(job), "write", this.#path));
      else job.resolve();
    }
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

  #undo(jobs: readonly Job[]): void {
    rollBack(this.#database);
    for (const job of jobs) job.undo();
  }

  #rejectAll(jobs: readonly Job[], error: unknown): void {
    const reason = explain(error, "write", this.#path);
    for (const job of jobs) job.reject(reason);
  }
}
