import type { JournalEntry } from "../engine/events.ts";
import type { JsonValue } from "../json.ts";
import type { Workflow } from "../workflow.ts";

/**
 * The record of executions: what happened, for people, and what an engine needs to go on with them after a crash. The two
 * are kept apart. Entries are shown, so they are redacted and capped; checkpoints are whole and never shown.
 *
 * A journal is opened by one owner, an engine, and holds a lease on every execution that this owner created or claimed.
 * Each lease has a fence, a number that grows with every new owner; a write under an old fence is refused, so an owner that
 * was taken for dead can do no harm.
 */
export interface Journal {
  /** Whether other processes can see what is here: then messages may come from them, and executions go on with them. */
  readonly isShared: boolean;
  /**
   * Records a new execution, in one commit with its first entries and its idempotency key. Gives the execution that holds
   * the key already, if there is one: then nothing is recorded.
   *
   * @throws {IdempotencyKeyReusedError} when the key stands for another request.
   * @throws {RangeError} when an execution has this id already.
   * @throws {JournalUnavailableError} when it could not be written. Nothing is recorded then.
   */
  create(execution: NewExecution): Creation | Promise<Creation>;
  /**
   * Records entries, in order. Returns nothing when they are kept as well as this journal keeps anything; a journal that
   * writes to a disk returns a promise, and nothing that follows from the entries is done before it resolves.
   *
   * A batch is recorded in whole or not at all, and none suffers from another one that is refused.
   *
   * @throws {LeaseLostError} when the execution has another owner by now, was released or forgotten.
   * @throws {CheckpointExistsError} when the result of a step in it is recorded already.
   * @throws {RangeError} when its entries do not follow those before, or the execution has ended.
   * @throws {JournalUnavailableError} when it could not be written.
   */
  append(batch: Batch): void | Promise<void>;
  /** Entries with a sequence above `after` (default 0), oldest first, at most `limit`; empty for an unknown execution. */
  read(executionId: string, range?: JournalRange): Promise<readonly JournalEntry[]>;
  /**
   * An execution as it is resumed: its own workflow, and its entries with their results, signals, input and output whole.
   * Inputs of steps, items and compensations are as they are shown: nobody goes on from them.
   *
   * @throws {JournalCorruptError} when a part of it is damaged or missing.
   */
  load(executionId: string): Promise<StoredExecution | undefined>;
  /** How executions stand, the newest first. */
  list(query?: ListQuery): Promise<readonly ExecutionSummary[]>;
  /** Takes over unfinished executions that have no owner or one whose lease has ended: this one, or the oldest ones. */
  claim(query: ClaimQuery): Promise<readonly Claim[]>;
  /**
   * Leaves a message for whoever owns the execution. False when there is no such execution or it has ended; nothing is kept
   * then. A message with the id of an earlier one is that one.
   */
  send(executionId: string, message: Message): Promise<boolean>;
  /**
   * Calls `onMessage` soon after a message was left, until it is disposed. It may call it for none. Calls `onLapse` when the
   * owner was silent for longer than its lease: others may have taken over from it, which an empty batch finds out.
   */
  watch(onMessage: () => void, onLapse?: () => void): Disposable;
  /** Messages for executions of this owner that no batch has consumed, the oldest first. */
  inbox(): Promise<readonly Delivery[]>;
  /** Gives the execution up: anybody may claim it. */
  release(executionId: string): void | Promise<void>;
  /** Drops an execution and all that is kept of it. */
  forget(executionId: string): void | Promise<void>;
  /** Gives up every lease and closes what is open. */
  close(): Promise<void>;
}

export interface NewExecution {
  readonly executionId: string;
  readonly workflow: Workflow;
  readonly workflowHash: string;
  /** Where the code of its agents comes from, such as the path of a module, for who resumes it. */
  readonly origin?: string;
  readonly idempotency?: IdempotencyClaim;
  readonly entries: readonly JournalEntry[];
  readonly shown: readonly JournalEntry[];
  /** How the execution stands after its first entries, which may hold its end. */
  readonly status: RecordedStatus;
  /** As in a {@link Batch}. */
  readonly wakeAt: number | undefined;
}

/** A caller's promise that requests with this key are one request. */
export interface IdempotencyClaim {
  /** 1 to 255 visible ASCII characters. */
  readonly key: string;
  /** A hash of the request; another one under the same key is refused. */
  readonly fingerprint: string;
  readonly ttlMs: number;
}

export type Creation =
  | { readonly isNew: true; readonly fence: number }
  | { readonly isNew: false; readonly executionId: string };

export interface Batch {
  readonly executionId: string;
  readonly fence: number;
  /** With their values whole. Checkpoints are made of them. */
  readonly entries: readonly JournalEntry[];
  /** The same entries, redacted. The same array where nothing is sensitive. */
  readonly shown: readonly JournalEntry[];
  /** How the execution stands after them. */
  readonly status: RecordedStatus;
  /** When it goes on by itself, in milliseconds since the epoch: set while it is `waiting` for a time. */
  readonly wakeAt: number | undefined;
  /** Ids of deliveries that these entries answer. They leave the inbox in the same commit. */
  readonly consumed: readonly number[];
}

export type RecordedStatus = "queued" | "running" | "waiting" | "cancelling" | "completed" | "failed" | "cancelled";

export interface JournalRange {
  readonly after?: number;
  readonly limit?: number;
}

export interface StoredExecution {
  readonly executionId: string;
  readonly workflow: Workflow;
  readonly origin: string | undefined;
  readonly entries: readonly JournalEntry[];
}

export interface ExecutionSummary {
  readonly executionId: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly workflowHash: string;
  readonly status: RecordedStatus;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly wakeAt: number | undefined;
  readonly origin: string | undefined;
  readonly parentId: string | undefined;
  /** The sequence of its last entry. */
  readonly sequence: number;
  /** Whether a process that is alive runs it. */
  readonly isOwned: boolean;
}

export interface ListQuery {
  readonly status?: readonly RecordedStatus[];
  readonly workflowId?: string;
  /** Executions whose id begins so. */
  readonly idPrefix?: string;
  /** Milliseconds since the epoch. */
  readonly createdBefore?: number;
  /** Milliseconds since the epoch; that moment counts. */
  readonly createdSince?: number;
  /** Executions whose id, or whose workflow's id or name, has this in it. ASCII letters are good for either case. */
  readonly text?: string;
  /** Executions that stand behind this one, which need not be there any more, nor fit the rest of the query. */
  readonly after?: Pick<ExecutionSummary, "executionId" | "createdAt">;
  /** The children of this execution. */
  readonly parentId?: string;
  /** False for the unfinished ones that nobody alive runs, true for those that somebody does. */
  readonly isOwned?: boolean;
  /** Default false: child executions are left out. */
  readonly children?: boolean;
  /** Default 50. */
  readonly limit?: number;
}

export interface ClaimQuery {
  readonly executionId?: string;
  /** Default 100. */
  readonly limit?: number;
}

export interface Claim {
  readonly executionId: string;
  readonly fence: number;
}

/** What somebody outside asks of an execution. */
export type Message =
  | { readonly kind: "cancel"; readonly reason: string }
  | { readonly kind: "signal"; readonly name: string; readonly payload: JsonValue; readonly id?: string };

export interface Delivery {
  readonly deliveryId: number;
  readonly executionId: string;
  readonly message: Message;
}
