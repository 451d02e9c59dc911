import type { Clock } from "../clock.ts";
import type { AttemptOutcome } from "./settle-attempt.ts";
import type { ExecutionEvent, JournalEntry } from "./events.ts";
import type { PreparedStep } from "./prepare.ts";
import type { ResolvedStep } from "./resolve-step.ts";

/**
 * Carries out what the interpreter decides, and owns all contact with the world: time, records, slots, agents. One
 * interpreter runs on every host, which is how a workflow means the same in process, in simulation and across machines.
 */
export interface Host<R extends Run = Run> {
  readonly clock: Clock;
  /**
   * Records entries. Returns nothing when they are committed, or a promise of it. The interpreter does nothing that
   * follows from an entry before.
   */
  commit(run: R, entries: readonly JournalEntry[]): void | Promise<void>;
  /** Asks for a slot for a ready step. The host calls `run.begin(step)` when there is one. */
  enqueue(run: R, step: number): void;
  /** Gives a slot back. */
  release(run: R): void;
  /** Starts an attempt, which ends in one call of `run.settle`, unless it is abandoned. */
  attempt(run: R, request: AttemptRequest): RunningAttempt;
  /** Nothing more comes from this run: its last entry is committed, or `lost` says why its record cannot be kept. */
  ended(run: R, lost?: unknown): void;
}

/** One execution, as a host sees it. */
export interface Run {
  readonly executionId: string;
  /** A slot is there for a step that was enqueued. */
  begin(step: number): void;
  /** An attempt is over. `notes` are what resilience policies did in it. */
  settle(step: number, outcome: AttemptOutcome, notes: readonly ExecutionEvent[]): void;
  /** Records what a resilience policy did while the attempt goes on. */
  note(event: ExecutionEvent): void;
}

export interface AttemptRequest extends ResolvedStep {
  readonly prepared: PreparedStep;
  readonly attempt: number;
  /** When the step's time for all attempts is up, on the host's monotonic clock. */
  readonly deadline: number;
  /** Aborts when the execution stops. */
  readonly signal: AbortSignal;
  readonly correlationId: string;
}

export interface RunningAttempt {
  /** Waits no longer: the outcome, when it comes, is recorded as late and dropped. */
  abandon(): void;
}
