import type { LiveExecution } from "./execution.ts";
import { Fifo } from "./fifo.ts";

/** The executions that an engine has at hand: the unfinished ones, and so many of those that ended last. */
export class Executions {
  readonly #keepFinished: number;
  readonly #unfinished = new Map<string, LiveExecution>();
  readonly #finished = new Map<string, LiveExecution>();
  /** The finished ones, the first to end first. */
  readonly #order = new Fifo<string>();
  readonly #onIdle: (() => void)[] = [];

  constructor(keepFinished: number) {
    this.#keepFinished = keepFinished;
  }

  get unfinished(): number {
    return this.#unfinished.size;
  }

  get(executionId: string): LiveExecution | undefined {
    return this.#unfinished.get(executionId) ?? this.#finished.get(executionId);
  }

  /** An execution that has not ended. */
  running(executionId: string): LiveExecution | undefined {
    return this.#unfinished.get(executionId);
  }

  all(): readonly LiveExecution[] {
    return [...this.#unfinished.values()];
  }

  add(execution: LiveExecution): void {
    this.#unfinished.set(execution.id, execution);
  }

  /** Forgets an execution that was never recorded, or that goes on elsewhere. */
  drop(executionId: string): void {
    this.#unfinished.delete(executionId);
    this.#finished.delete(executionId);
    this.#tellIdle();
  }

  finish(execution: LiveExecution): void {
    this.#unfinished.delete(execution.id);
    this.#finished.set(execution.id, execution);
    this.#order.push(execution.id);
    const oldest = this.#order.length > this.#keepFinished ? this.#order.shift() : undefined;
    if (oldest !== undefined) this.#finished.delete(oldest);
    this.#tellIdle();
  }

  /** Resolves when nothing is unfinished. */
  idle(): Promise<void> {
    if (this.#unfinished.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  #tellIdle(): void {
    if (this.#unfinished.size > 0) return;
    for (const tell of this.#onIdle.splice(0)) tell();
  }
}
