import { resolve } from "node:path";
import { type Clock, systemClock } from "../../clock.ts";
import type { JournalEntry } from "../../engine/events.ts";
import { JournalUnavailableError } from "../../errors.ts";
import { DisplayBudget, type DisplayLimits } from "../display-budget.ts";
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
} from "../journal.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { ChangeWatch } from "./change-watch.ts";
import type { Driver } from "./driver.ts";
import { ExecutionList } from "./execution-list.ts";
import { ExecutionReader } from "./execution-reader.ts";
import { ExecutionWriter } from "./execution-writer.ts";
import { GroupCommit } from "./group-commit.ts";
import { IdempotencyTable } from "./idempotency-table.ts";
import { together } from "../listeners.ts";
import { Lease } from "./lease.ts";
import { LogFlush } from "./log-flush.ts";
import { MessageTable } from "./message-table.ts";
import { openDatabase } from "./open-database.ts";
import { Ownership } from "./ownership.ts";
import { explain } from "./sqlite-error.ts";
import { type GcOptions, type GcReport, Sweep } from "./sweep.ts";
import { snapshot } from "./transaction.ts";

export interface SqliteJournalOptions extends DisplayLimits {
  /** Of the file, such as `.orchestr8/journal.db`. It is made if there is none, in a folder for this user alone. */
  readonly path: string;
  /**
   * What is kept when the machine loses power. `"full"`, the default: everything that was acknowledged, if the disk keeps
   * its word. `"fast"`: all but the last moments, in order and undamaged. A process that dies costs nothing in either.
   */
  readonly durability?: "full" | "fast";
  /** Reads beside an owner and writes nothing, default false. The file must be there. */
  readonly readonly?: boolean;
  /** Milliseconds that a silent owner keeps its executions, default 15,000. It is renewed every third of that. */
  readonly leaseMs?: number;
  /** Milliseconds to wait for the lock of another process, default 5,000. This process does nothing else meanwhile. */
  readonly busyTimeoutMs?: number;
  readonly clock?: Clock;
}

/**
 * Opens the journal in a file, and makes it if there is none. Several processes may hold it open.
 *
 * @throws {JournalIncompatibleError} when the file is no journal, or one of a newer version. It is left as it is.
 * @throws {JournalCorruptError} when it is damaged.
 * @throws {JournalUnavailableError} when it cannot be opened now, or this runtime has no SQLite.
 */
export async function openSqliteJournal(options: SqliteJournalOptions): Promise<SqliteJournal> {
  const { readonly = false, busyTimeoutMs = 5_000 } = options;
  const path = resolve(options.path);
  const database = await openDatabase({ path, readonly, busyTimeoutMs });
  return new SqliteJournal(database, { ...options, path });
}

/** Keeps executions in a file. Its promises resolve when what they stand for is on the disk. */
export class SqliteJournal implements Journal {
  /** Any process of this machine may open the file. */
  readonly isShared = true;
  /** Absolute. */
  readonly path: string;
  readonly #database: Driver;
  readonly #clock: Clock;
  readonly #isReadonly: boolean;
  readonly #commits: GroupCommit;
  readonly #lease: Lease;
  readonly #ownership: Ownership;
  readonly #keys: IdempotencyTable;
  readonly #writer: ExecutionWriter;
  readonly #reader: ExecutionReader;
  readonly #list: ExecutionList;
  readonly #messages: MessageTable;
  readonly #watch: ChangeWatch;
  #sweep: Sweep | undefined;
  #isClosed = false;

  /** Users call {@link openSqliteJournal}. */
  constructor(database: Driver, options: SqliteJournalOptions) {
    const { path, durability = "full", clock = systemClock, readonly = false, leaseMs = 15_000 } = options;
    this.path = path;
    this.#database = database;
    this.#clock = clock;
    this.#isReadonly = readonly;
    this.#commits = new GroupCommit(database, path, durability === "full" ? new LogFlush(path) : undefined);
    this.#lease = new Lease(database, this.#commits, clock, leaseMs);
    this.#ownership = new Ownership(database, this.#lease);
    this.#keys = new IdempotencyTable(database);
    this.#writer = new ExecutionWriter(database, this.#lease.owner, new DisplayBudget(options), clock, this.#keys);
    this.#reader = new ExecutionReader(database);
    this.#list = new ExecutionList(database, this.#lease);
    this.#messages = new MessageTable(database);
    this.#watch = new ChangeWatch(database, clock);
  }

  create(execution: NewExecution): Promise<Creation> {
    return this.#writeAsOwner(
      () => this.#writer.create(execution),
      () => this.#writer.forget(execution.executionId),
    );
  }

  append(batch: Batch): Promise<void> {
    return this.#writeAsOwner(
      () => this.#writer.append(batch),
      () => this.#writer.forget(batch.executionId),
    );
  }

  read(executionId: string, range?: JournalRange): Promise<readonly JournalEntry[]> {
    return this.#read(() => this.#reader.read(executionId, range));
  }

  load(executionId: string): Promise<StoredExecution | undefined> {
    return this.#read(() => snapshot(this.#database, () => this.#reader.load(executionId)));
  }

  list(query?: ListQuery): Promise<readonly ExecutionSummary[]> {
    return this.#read(() => this.#list.list(query));
  }

  async claim(query: ClaimQuery): Promise<readonly Claim[]> {
    // Asking in vain, as an idle engine does again and again, takes no lock.
    const mayFind = await this.#read(() => !this.#commits.isIdle || this.#ownership.isAnyFree(query));
    if (!mayFind) return [];
    return this.#writeAsOwner(() => {
      const claims = this.#ownership.claim(query);
      for (const { executionId } of claims) this.#writer.forget(executionId);
      return claims;
    });
  }

  send(executionId: string, message: Message): Promise<boolean> {
    return this.#write(() => this.#messages.send(executionId, message)).then((isLeft) => {
      if (isLeft) this.#watch.tell();
      return isLeft;
    });
  }

  /** Asks every 100 ms whether somebody else has written to the file. Ends with the journal. */
  watch(onMessage: () => void, onLapse?: () => void): Disposable {
    if (this.#isClosed) return together([]);
    const messages = this.#watch.add(onMessage);
    return onLapse === undefined ? messages : together([messages, this.#lease.watch(onLapse)]);
  }

  inbox(): Promise<readonly Delivery[]> {
    return this.#read(() => this.#messages.waitingFor(this.#lease.owner));
  }

  release(executionId: string): Promise<void> {
    return this.#write(() => {
      this.#writer.forget(executionId);
      this.#ownership.release(executionId);
    });
  }

  forget(executionId: string): Promise<void> {
    return this.#write(() => {
      this.#writer.forget(executionId);
      this.#ownership.remove(executionId);
    });
  }

  /** Removes finished executions, values and workflows that nothing needs any more, and gives their space back. */
  gc(options: GcOptions = {}): Promise<GcReport> {
    return this.#collect(() => {
      const sweep = (this.#sweep ??= new Sweep(this.#database, this.#keys));
      const place = { database: this.#database, commits: this.#commits, sweep, now: this.#clock.wall() };
      return collectGarbage(options, place);
    });
  }

  /** Writes what waits, gives up every lease and closes the file. The journal cannot be used after that. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#lease.stop();
    this.#watch.stop();
    try {
      const released = this.#lease.isHeld ? this.#commits.run(() => this.#ownership.releaseAll()) : undefined;
      await this.#commits.close();
      await released;
    } catch {
      // The lease then ends by itself.
    } finally {
      this.#database.close();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #writeAsOwner<T>(apply: () => T, undo?: () => void): Promise<T> {
    if (!this.#isReadonly && !this.#isClosed) this.#lease.keep();
    return this.#write(apply, undo);
  }

  #write<T>(apply: () => T, undo?: () => void): Promise<T> {
    const refusal = this.#refusal("write");
    return refusal === undefined ? this.#commits.run(apply, undo) : Promise.reject(refusal);
  }

  async #read<T>(read: () => T): Promise<T> {
    const refusal = this.#refusal("read");
    if (refusal !== undefined) throw refusal;
    try {
      return read();
    } catch (error) {
      throw explain(error, "read", this.path);
    }
  }

  async #collect(collect: () => Promise<GcReport>): Promise<GcReport> {
    const refusal = this.#refusal("write");
    if (refusal !== undefined) throw refusal;
    try {
      return await collect();
    } catch (error) {
      throw explain(error, "clean up", this.path);
    }
  }

  #refusal(verb: "read" | "write"): JournalUnavailableError | undefined {
    if (this.#isClosed) return new JournalUnavailableError(`Cannot ${verb} the journal "${this.path}": it is closed`);
    if (verb === "read" || !this.#isReadonly) return undefined;
    return new JournalUnavailableError(`Cannot write the journal "${this.path}": it was opened to be read only`);
  }
}
