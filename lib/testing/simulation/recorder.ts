import type { JournalEntry } from "../../engine/events.ts";
import type { ExecutionStatus } from "../../engine/state.ts";
import { isTerminal } from "../../engine/state.ts";
import { isOrchestr8Error } from "../../errors.ts";

/** A call of an agent, as the agent saw it. */
export interface Call {
  readonly process: number;
  readonly executionId: string;
  readonly stepId: string;
  readonly agentId: string;
  readonly attempt: number;
  readonly key: string;
  /** How many writes the journal had kept when it began. */
  readonly kept: number;
  readonly atMs: number;
}

/** One write that the journal has kept. */
export interface Commit {
  readonly process: number;
  /** When the journal was asked for it. */
  readonly askedMs: number;
  readonly entries: readonly JournalEntry[];
}

/** What happened in a simulation, seen from outside of the engines. */
export class Recorder {
  /** What went wrong on purpose, in order. */
  readonly faults: string[] = [];
  readonly violations: string[] = [];
  readonly calls: Call[] = [];
  readonly commits: Commit[] = [];
  /** By execution, for each of its entries the number of the commit that kept it. */
  readonly commitOf = new Map<string, number[]>();
  readonly unfinished = new Set<string>();
  /** Executions whose start was acknowledged. */
  readonly started = new Set<string>();
  /** By idempotency key. */
  readonly startedByKey = new Map<string, Set<string>>();
  /** How executions ended, as those were told who waited for it. */
  readonly toldEnds = new Map<string, ExecutionStatus>();
  /** Executions that somebody cancelled. */
  readonly cancelled = new Set<string>();
  /** By execution and name, how many different signals were acknowledged. */
  readonly #signals = new Map<string, Map<string, number>>();

  kept(process: number, askedMs: number, entries: readonly JournalEntry[]): void {
    const [first] = entries;
    if (first === undefined) return;
    const { executionId } = first;
    this.commits.push({ process, askedMs, entries });
    let commitOf = this.commitOf.get(executionId);
    if (commitOf === undefined) {
      this.commitOf.set(executionId, (commitOf = []));
      this.unfinished.add(executionId);
    }
    for (const { event } of entries) {
      commitOf.push(this.commits.length);
      if (event.type.startsWith("execution.") && isTerminal(endOf(event.type))) this.unfinished.delete(executionId);
    }
  }

  acknowledge(executionId: string, key: string | undefined): void {
    this.started.add(executionId);
    if (key === undefined) return;
    const ids = this.startedByKey.get(key);
    if (ids === undefined) this.startedByKey.set(key, new Set([executionId]));
    else ids.add(executionId);
  }

  /** How many signals of this name the journal has promised to keep. */
  sent(executionId: string, name: string): number {
    return this.#signals.get(executionId)?.get(name) ?? 0;
  }

  /** The same for all names of which any was sent. */
  allSent(executionId: string): ReadonlyMap<string, number> {
    return this.#signals.get(executionId) ?? new Map<string, number>();
  }

  acknowledgeSignal(executionId: string, name: string, count: number): void {
    const counts = this.#signals.get(executionId);
    if (counts === undefined) this.#signals.set(executionId, new Map([[name, count]]));
    else counts.set(name, count);
  }

  /** Who waits for an execution learned how it ended. */
  toldEnd(executionId: string, status: ExecutionStatus): void {
    this.toldEnds.set(executionId, status);
    if (this.unfinished.has(executionId) || !this.commitOf.has(executionId)) {
      this.violation(executionId, `it was said to be ${status} before the journal kept its end`);
    }
  }

  /** A request was refused. Only what a user has to reckon with may refuse it. */
  refused(what: string, error: unknown): void {
    if (isOrchestr8Error(error) && bearable.has(error.code)) return;
    this.violation(undefined, `${what} was refused: ${error instanceof Error ? error.stack : String(error)}`);
  }

  fault(atMs: number, what: string): void {
    this.faults.push(`${atMs} ms: ${what}`);
  }

  violation(executionId: string | undefined, what: string): void {
    this.violations.push(executionId === undefined ? what : `${executionId}: ${what}`);
  }
}

const bearable: ReadonlySet<string> = new Set(["JOURNAL_UNAVAILABLE", "ENGINE_CLOSED", "LEASE_LOST"]);

/** The status that an event leads to, if it is the last one. */
function endOf(type: string): ExecutionStatus {
  switch (type) {
    case "execution.completed":
      return "completed";
    case "execution.failed":
      return "failed";
    case "execution.cancelled":
      return "cancelled";
    default:
      return "running";
  }
}
