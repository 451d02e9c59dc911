import { JournalUnavailableError } from "../../errors.ts";
import type { JournalEntry } from "../../engine/events.ts";
import type {
  Batch,
  Claim,
  ClaimQuery,
  Creation,
  Delivery,
  ExecutionSummary,
  Journal,
  JournalRange,
  ListQuery,
  Message,
  NewExecution,
  StoredExecution,
} from "../../journal/journal.ts";
import type { MemoryJournal } from "../../journal/memory-journal.ts";
import type { ProcessClock } from "./process-clock.ts";

export type WriteFault = "none" | "crash-before" | "crash-after" | "refused" | "kept-but-refused";

/** What a journal's process and world do to it. */
export interface JournalSite {
  readonly clock: ProcessClock;
  readonly isAlive: boolean;
  /** Ends the process, in the middle of whatever it does. */
  crash(): void;
  faultOf(write: string): WriteFault;
  isReadRefused(what: string): boolean;
  /** How long the next write takes. 0 is not at all: it is kept when the call returns. */
  delayMs(): number;
  /** Entries are in the journal, that it was asked at `askedMs` to keep. */
  kept(entries: readonly JournalEntry[], askedMs: number): void;
}

/** A process's journal: a memory, shared with other processes, behind a disk that fails. */
export class FaultyJournal implements Journal {
  readonly isShared = true;
  readonly #memory: MemoryJournal;
  readonly #site: JournalSite;
  /** Writes that were asked for and not yet made, in order. */
  #pending: (() => void)[] = [];

  constructor(memory: MemoryJournal, site: JournalSite) {
    this.#memory = memory;
    this.#site = site;
  }

  get isIdle(): boolean {
    return this.#pending.length === 0;
  }

  create(execution: NewExecution): Creation | Promise<Creation> {
    const askedMs = this.#site.clock.now();
    return this.#write(`create ${execution.executionId}`, () => {
      const creation = this.#memory.create(execution);
      if (creation.isNew) this.#site.kept(execution.entries, askedMs);
      return creation;
    });
  }

  append(batch: Batch): void | Promise<void> {
    const last = batch.entries.at(-1);
    const askedMs = this.#site.clock.now();
    return this.#write(`append ${batch.executionId} #${last?.sequence} ${last?.event.type}`, () => {
      this.#memory.append(batch);
      this.#site.kept(batch.entries, askedMs);
    });
  }

  async send(executionId: string, message: Message): Promise<boolean> {
    return await this.#write(`send ${executionId}`, () => this.#memory.send(executionId, message));
  }

  async claim(query: ClaimQuery): Promise<readonly Claim[]> {
    return await this.#write(`claim ${query.executionId ?? "all"}`, () => this.#memory.claim(query));
  }

  release(executionId: string): void | Promise<void> {
    return this.#write(`release ${executionId}`, () => this.#memory.release(executionId));
  }

  forget(executionId: string): void | Promise<void> {
    return this.#write(`forget ${executionId}`, () => this.#memory.forget(executionId));
  }

  async read(executionId: string, range?: JournalRange): Promise<readonly JournalEntry[]> {
    return await this.#read("read", () => this.#memory.read(executionId, range));
  }

  async load(executionId: string): Promise<StoredExecution | undefined> {
    return await this.#read(`load ${executionId}`, () => this.#memory.load(executionId));
  }

  async list(query?: ListQuery): Promise<readonly ExecutionSummary[]> {
    return await this.#read("list", () => this.#memory.list(query));
  }

  async inbox(): Promise<readonly Delivery[]> {
    return await this.#read("inbox", () => this.#memory.inbox());
  }

  /** Tells in a later task, as one that has to look for messages does. */
  watch(onMessage: () => void, onLapse: () => void = () => undefined): Disposable {
    const later = (tell: () => void) => (): void => void this.#site.clock.timer(5, tell);
    return this.#memory.watch(later(onMessage), later(onLapse));
  }

  close(): Promise<void> {
    return this.#memory.close();
  }

  #write<T>(what: string, write: () => T): T | Promise<T> {
    if (!this.#site.isAlive) return never();
    const delayMs = this.#site.delayMs();
    if (delayMs === 0 && this.isIdle) return this.#make(what, write);
    return new Promise<T>((resolve, reject) => {
      this.#pending.push(() => {
        if (!this.#site.isAlive) return;
        try {
          resolve(this.#make(what, write));
        } catch (error) {
          reject(error);
        }
      });
      if (this.#pending.length === 1) this.#site.clock.timer(delayMs, () => this.#flush());
    });
  }

  /** All that waits is kept in one go, as a group commit. */
  #flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const write of pending) write();
  }

  #make<T>(what: string, write: () => T): T | Promise<never> {
    switch (this.#site.faultOf(what)) {
      case "none":
        return write();
      case "crash-before":
        this.#site.crash();
        return never();
      case "crash-after":
        tryTo(write);
        this.#site.crash();
        return never();
      case "refused":
        throw unavailable(what);
      case "kept-but-refused":
        write();
        throw unavailable(what);
    }
  }

  #read<T>(what: string, read: () => Promise<T>): Promise<T> {
    if (!this.#site.isAlive) return never();
    return this.#site.isReadRefused(what) ? Promise.reject(unavailable(what)) : read();
  }
}

function tryTo(write: () => unknown): void {
  try {
    write();
  } catch {
    // The process does not hear of it.
  }
}

/** What a dead process waits for. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}

function unavailable(what: string): JournalUnavailableError {
  return new JournalUnavailableError(`Cannot ${what}: the disk of the simulation does not answer`);
}
