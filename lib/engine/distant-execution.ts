import { type Clock, sleep } from "../clock.ts";
import { ExecutionNotFoundError } from "../errors.ts";
import type { Journal } from "../journal/journal.ts";
import type { Execution } from "./execution.ts";
import { readExecution, readShown } from "./stored.ts";
import { isTerminal, statusOf, type ExecutionState, type ExecutionStatus, type RunUsage } from "./state.ts";
import { resultOf, viewOf, type ExecutionResult, type ExecutionView } from "./view.ts";

/** How often the journal is asked whether an execution has ended. */
const pollMs = 200;
/** How often a cancellation is tried to be left in the journal. */
const maxRequests = 25;

/** An execution that runs in another process, or ended before this one asked. It shows what the journal said last. */
export class DistantExecution implements Execution {
  readonly id: string;
  readonly #journal: Journal;
  readonly #clock: Clock;
  #state: ExecutionState;
  /** As it is shown: redacted, and capped. */
  #shown: ExecutionState;
  #result: Promise<ExecutionResult> | undefined;
  /** Why a cancellation could not be left in the journal. */
  #unheard: { error: unknown } | undefined;

  constructor(state: ExecutionState, shown: ExecutionState, journal: Journal, clock: Clock) {
    this.id = state.executionId;
    this.#state = state;
    this.#shown = shown;
    this.#journal = journal;
    this.#clock = clock;
  }

  get correlationId(): string {
    return this.#state.correlationId;
  }

  get status(): ExecutionStatus {
    return statusOf(this.#state);
  }

  get usage(): RunUsage {
    return this.#state.usage;
  }

  /** Asks the journal again and again until the execution has ended. */
  get result(): Promise<ExecutionResult> {
    this.#result ??= this.#waitForEnd();
    return this.#result;
  }

  view(): ExecutionView {
    return viewOf(this.#shown, this.#clock.wall() - this.#shown.createdAt);
  }

  /** Leaves the request with whoever runs it. `result` rejects when the journal does not take it. */
  cancel(reason = "cancelled by its caller"): ExecutionStatus {
    void this.#askToCancel(reason);
    return this.status;
  }

  /** Some times: a journal that does not answer now may do so soon. */
  async #askToCancel(reason: string): Promise<void> {
    for (let request = 1; request <= maxRequests; request++) {
      try {
        await this.#journal.send(this.id, { kind: "cancel", reason });
        this.#unheard = undefined;
        return;
      } catch (error) {
        if (request === maxRequests) this.#unheard = { error };
        else await sleep(this.#clock, pollMs);
      }
    }
  }

  async #waitForEnd(): Promise<ExecutionResult> {
    while (!isTerminal(this.#state.status)) {
      await sleep(this.#clock, pollMs);
      const state = await readExecution(this.#journal, this.id);
      if (state === undefined)
        throw new ExecutionNotFoundError(`Cannot say how execution "${this.id}" ended: it is gone`);
      this.#state = state;
      this.#shown = (await readShown(this.#journal, this.id)) ?? this.#shown;
      if (this.#unheard !== undefined && !isTerminal(state.status)) throw this.#unheard.error;
    }
    return resultOf(this.#state);
  }
}
