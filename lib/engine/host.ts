import type { Clock } from "../clock.ts";
import type { CancelSource } from "../resilience/cancellation.ts";
import type { Batch } from "../journal/journal.ts";
import type { ExecutionEvent, UnitAddress } from "./events.ts";
import type { PreparedCall } from "./prepare.ts";
import type { ResolvedCall } from "./resolve-step.ts";
import type { SecretMask } from "./secret-mask.ts";
import type { AttemptOutcome } from "./settle-attempt.ts";

/**
 * Carries out what the interpreter decides, and owns all contact with the world: time, records, slots, agents. One
 * interpreter runs on every host, which is how a workflow means the same in process, in simulation and across machines.
 */
export interface Host<R extends Run = Run> {
  readonly clock: Clock;
  /** Hides secrets in what is recorded. */
  readonly mask: SecretMask;
  /**
   * Records entries. Returns nothing when they are committed, or a promise of it. The interpreter does nothing that
   * follows from an entry before.
   */
  commit(run: R, batch: Batch): void | Promise<void>;
  /** Asks for a ready unit to begin. The host calls `run.begin(unit)`, when there is a slot for one that needs it. */
  enqueue(run: R, unit: number, needsSlot: boolean): void;
  /** Gives a slot back. */
  release(run: R): void;
  /** Starts an attempt, which ends in one call of `run.settle`, unless it is abandoned. */
  attempt(run: R, request: AttemptRequest): RunningAttempt;
  /** Calls `fire` once at a time on the wall, in milliseconds since the epoch, or soon when that has passed. */
  wake(at: number, fire: () => void): Disposable;
  /** Calls `expire` once after so many milliseconds: for what mostly ends before. */
  limit(ms: number, expire: () => void): Disposable;
  /** Nothing more comes from this run: its last entry is committed, or `lost` says why its record cannot be kept. */
  ended(run: R, lost?: unknown): void;
}

/** One execution, as a host sees it. */
export interface Run {
  readonly executionId: string;
  /** The time of a unit that was enqueued has come: with a slot, if it needs one. */
  begin(unit: number): void;
  /** An attempt is over. `notes` are what resilience policies did in it. */
  settle(unit: number, outcome: AttemptOutcome, notes: readonly ExecutionEvent[]): void;
  /** Records what a resilience policy did while the attempt goes on. */
  note(event: ExecutionEvent): void;
}

export interface AttemptRequest extends ResolvedCall {
  readonly unit: number;
  readonly address: UnitAddress;
  readonly prepared: PreparedCall;
  readonly attempt: number;
  /** 1-based; above 1 only with `repeat`. */
  readonly iteration: number;
  /** When the unit's time for all attempts is up, on the host's monotonic clock. */
  readonly deadline: number;
  /** Tells when the execution stops. */
  readonly cancel: CancelSource;
  readonly correlationId: string;
}

export interface RunningAttempt {
  /** Waits no longer: the outcome, when it comes, is recorded as late and dropped. */
  abandon(): void;
}
