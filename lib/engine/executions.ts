import { IdTable } from "../id-table.ts";
import type { LiveExecution } from "./execution.ts";
import { Fifo } from "./fifo.ts";

/** The executions that an engine has at hand: the unfinished ones, and so many of those that ended last. */
export class Executions {
  readonly #keepFinished: number;
  readonly #byId = new IdTable<LiveExecution>();
  /** Of the finished ones, the first to end first. */
  readonly #order = new Fifo<string>();
  readonly #onIdle: (() => void)[] = [];
  #unfinished = 0;

  constructor(keepFinished: number) {
    this.#keepFinished = keepFinished;
  }

  get unfinished(): number {
    return this.#unfinished;
  }

  get(executionId: string): LiveExecution | undefined {
    return this.#byId.get(executionId);
  }

  /** An execution that has not ended. */
  running(executionId: string): LiveExecution | undefined {
    const execution = this.#byId.get(executionId);
    return execution?.isFinished === true ? undefined : execution;
  }

  /** Those that have not ended. */
  all(): readonly LiveExecution[] {
    return [...this.#byId.values()].filter(({ isFinished }) => !isFinished);
  }

  add(execution: LiveExecution): void {
    this.#byId.set(execution.id, execution);
    this.#unfinished++;
  }

  /** Forgets an execution that was never recorded, or that goes on elsewhere. */
  drop(executionId: string): void {
    if (this.running(executionId) !== undefined) this.#unfinished--;
    this.#byId.delete(executionId);
    this.#tellIfIdle();
  }

  finish(execution: LiveExecution): void {
    execution.isFinished = true;
    this.#unfinished--;
    this.#order.push(execution.id);
    const oldest = this.#order.length > this.#keepFinished ? this.#order.shift() : undefined;
    if (oldest !== undefined && this.#byId.get(oldest)?.isFinished === true) this.#byId.delete(oldest);
    this.#tellIfIdle();
  }

  /** Resolves when nothing is unfinished. */
  idle(): Promise<void> {
    if (this.#unfinished === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  #tellIfIdle(): void {
    if (this.#unfinished > 0 || this.#onIdle.length === 0) return;
    for (const tell of this.#onIdle.splice(0)) tell();
  }
}
