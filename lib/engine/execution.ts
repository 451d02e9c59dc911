import type { JsonValue } from "../json.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Redactor } from "./redactor.ts";
import { statusOf, type ExecutionState, type ExecutionStatus, type RunUsage } from "./state.ts";
import { resultOf, viewOf, type ExecutionResult, type ExecutionView } from "./view.ts";

/** A started execution. */
export interface Execution<Output = JsonValue> {
  readonly id: string;
  readonly correlationId: string;
  readonly status: ExecutionStatus;
  /**
   * How it ends. Resolves for a failed or cancelled execution too. Rejects when nobody here will know how it ends: its
   * journal cannot be written, another process took it over (`LEASE_LOST`), or the engine was closed and left it to be
   * resumed (`ENGINE_CLOSED`).
   */
  readonly result: Promise<ExecutionResult<Output>>;
  /** How it stands now, redacted. */
  view(): ExecutionView;
  /**
   * Stops it: running steps get the workflow's grace period, all others end at once. Does nothing to an execution that
   * has ended or is being cancelled already. Gives the status after the request.
   */
  cancel(reason?: string): ExecutionStatus;
}

export class LiveExecution implements Execution {
  readonly id: string;
  readonly state: ExecutionState;
  /** Whether its engine has told that it ended. */
  isFinished = false;
  readonly #redactor: Redactor;
  /** None once it has ended: many that have are kept, and what they were run with would be most of them. */
  #run: Interpreter | undefined;
  /** Messages that were handed to the run, until their batch is committed and long after. */
  #delivered: Set<number> | undefined;
  /** None until somebody asks for it. */
  #result: Promise<ExecutionResult> | undefined;
  #settle: (() => void) | undefined;
  #hasEnded = false;
  /** Why nobody here will know how it ends. */
  #lost: unknown = undefined;

  constructor(run: Interpreter) {
    this.id = run.executionId;
    this.state = run.state;
    this.#redactor = run.prepared.redactor;
    this.#run = run;
  }

  get result(): Promise<ExecutionResult> {
    return (this.#result ??= this.#promiseResult());
  }

  get run(): Interpreter | undefined {
    return this.#run;
  }

  /** Whether a message is new to the run; each is told once. */
  takes(deliveryId: number): boolean {
    this.#delivered ??= new Set();
    if (this.#delivered.has(deliveryId)) return false;
    this.#delivered.add(deliveryId);
    return true;
  }

  get correlationId(): string {
    return this.state.correlationId;
  }

  get status(): ExecutionStatus {
    return statusOf(this.state);
  }

  get usage(): RunUsage {
    return this.state.usage;
  }

  view(): ExecutionView {
    return viewOf(this.state, this.#run?.nowMs ?? this.state.elapsedMs, this.#redactor);
  }

  cancel(reason = "cancelled by its caller"): ExecutionStatus {
    this.#run?.cancel(reason);
    return this.status;
  }

  end(lost: unknown): void {
    this.#hasEnded = true;
    this.#lost = lost;
    if (lost === undefined) this.#run = undefined;
    this.#settle?.();
    this.#settle = undefined;
  }

  #promiseResult(): Promise<ExecutionResult> {
    const result = new Promise<ExecutionResult>((resolve, reject) => {
      const settle = (): void => {
        if (this.#lost === undefined) resolve(resultOf(this.state));
        else reject(this.#lost);
      };
      if (this.#hasEnded) settle();
      else this.#settle = settle;
    });
    // Nobody has to listen to the result; a lost journal is also logged.
    result.catch(() => undefined);
    return result;
  }
}
