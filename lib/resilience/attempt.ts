import { TimeoutError } from "../errors.ts";
import { Abortable } from "./abortable.ts";
import { type Cancellable, type CallContext, type CancelSource, isOwn } from "./cancellation.ts";
import type { Circuit } from "./circuit.ts";
import { Timed } from "./deadline-queue.ts";
import type { Operation, Outcome } from "./policy.ts";
import type { Stack } from "./stack.ts";

/** The call that an attempt belongs to. */
export interface AttemptOwner<T> {
  readonly stack: Stack;
  readonly key: string | undefined;
  readonly source: CancelSource | undefined;
  /** The attempt is over. It says so once, in one of these ways, and not at all when it was cancelled. */
  fulfil(attempt: Attempt<T>, value: T): void;
  conclude(attempt: Attempt<T>, outcome: Outcome<T>): void;
  cancel(reason: unknown): void;
}

/**
 * One run of the operation, through circuit and time limit, and the context it sees. Each attempt is an object of its
 * own: an operation that outlives its time must not see the signal of the attempt after it.
 */
export class Attempt<T = unknown> extends Timed implements CallContext {
  readonly attempt: number;
  readonly lastError: unknown;
  readonly #owner: AttemptOwner<T>;
  #status: "running" | "stopping" | "over" = "running";
  #circuit: Circuit | undefined = undefined;
  #admission = 0;
  #admittedAt = 0;
  /** None until somebody wants to hear of an abort, or there is one. */
  #abortable: Abortable | undefined = undefined;

  constructor(owner: AttemptOwner<T>, attempt: number, deadline: number, lastError: unknown) {
    super(deadline);
    this.#owner = owner;
    this.attempt = attempt;
    this.lastError = lastError;
  }

  get [isOwn](): true {
    return true;
  }

  get key(): string | undefined {
    return this.#owner.key;
  }

  get signal(): AbortSignal {
    const { source, stack } = this.#owner;
    if (source !== undefined && stack.timeLimit === undefined) return source.signal;
    return this.#ownAbort().signal;
  }

  get isCancelled(): boolean {
    return this.#abortable?.isAborted === true || this.#owner.source?.isCancelled === true;
  }

  get reason(): unknown {
    return this.#abortable?.isAborted === true ? this.#abortable.reason : this.#owner.source?.reason;
  }

  add(member: Cancellable): void {
    this.#ownAbort().add(member);
  }

  run(operation: Operation<T>, now: number | undefined): void {
    const { circuit, timeLimit, clock } = this.#owner.stack;
    try {
      if (circuit !== undefined) this.#enter(circuit.select(this));
      timeLimit?.start(this, now ?? clock.now());
      const result = operation(this);
      if (!isThenable(result)) return this.#fulfil(result);
      Promise.resolve(result).then(
        (value) => this.#fulfil(value),
        (error: unknown) => this.#reject(error),
      );
    } catch (error) {
      this.#reject(error);
    }
  }

  /** The caller cancelled: what comes of the operation no longer matters, and nobody is to blame. */
  cancel(reason: unknown): void {
    if (this.#status === "over") return;
    this.#stop();
    this.#circuit?.cancel(this.#admission, this.#admittedAt);
    this.#ownAbort().abort(reason);
  }

  expire(): void {
    const { timeLimit, clock } = this.#owner.stack;
    const timeout = timeLimit?.limitOf(this) ?? 0;
    const attempts = this.attempt;
    const error = new TimeoutError(`Cannot complete call: no result within ${timeout} ms`, { timeout, attempts });
    const grace = timeLimit?.grace;
    this.timer = undefined;
    this.#status = grace === undefined ? "over" : "stopping";
    timeLimit?.onTimeout(this);
    if (grace !== undefined && grace !== Infinity) this.timer = clock.timer(grace, () => this.#stopWaiting(error));
    this.#ownAbort().abort(error);
    if (grace === undefined) this.#fail(error);
  }

  #enter(circuit: Circuit): void {
    this.#admission = circuit.admit(this.attempt - 1);
    this.#admittedAt = circuit.admittedAt();
    this.#circuit = circuit;
  }

  #stop(): void {
    this.#status = "over";
    this.#owner.stack.timeLimit?.stop(this);
  }

  #fulfil(value: T): void {
    if (this.#status !== "running") return this.#settleLate({ ok: true, value });
    this.#stop();
    try {
      this.#circuit?.succeed(this.#admission, this.#admittedAt, value);
    } catch (error) {
      return this.#owner.conclude(this, { ok: false, error });
    }
    this.#owner.fulfil(this, value);
  }

  #reject(error: unknown): void {
    if (this.#status !== "running") return this.#settleLate({ ok: false, error });
    const { source } = this.#owner;
    // A runtime may settle the operation between two listeners of one abort, before this call has heard of it.
    if (source?.isCancelled === true) return this.#owner.cancel(source.reason);
    this.#stop();
    this.#fail(error);
  }

  #fail(error: unknown): void {
    let outcome: Outcome<T> = { ok: false, error };
    try {
      this.#circuit?.record(this.#admission, this.#admittedAt, outcome);
    } catch (thrown) {
      outcome = { ok: false, error: thrown };
    }
    this.#owner.conclude(this, outcome);
  }

  /** The operation settled when it no longer had a say, though a cooperative limit may have waited for it. */
  #settleLate(outcome: Outcome<T>): void {
    this.#owner.stack.timeLimit?.onLateSettlement(this, outcome);
    if (this.#status === "stopping") this.#stopWaiting(this.reason);
  }

  #stopWaiting(error: unknown): void {
    this.#stop();
    this.#fail(error);
  }

  #ownAbort(): Abortable {
    return (this.#abortable ??= new Abortable());
  }
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
