import { TimeoutError } from "../errors.ts";
import { Abortable } from "./abortable.ts";
import { type Cancellable, type CallContext, type CancelSource, isOwn } from "./cancellation.ts";
import type { Circuit } from "./circuit.ts";
import type { Timed } from "./deadline-queue.ts";
import { Linked } from "./linked-list.ts";
import type { Context } from "./policy.ts";
import type { Stack } from "./stack.ts";

/** What a call calls. */
export interface Callee {
  /** Starts the operation, which tells `end` what came of it, once and later. What it throws is how it ends, too. */
  readonly operate: (context: Context, end: OperationEnd) => void;
}

/** Who is told what came of an operation. */
export interface OperationEnd {
  settle(ok: boolean, result: unknown): void;
}

/** The call that an attempt belongs to. */
export interface AttemptOwner<T> {
  readonly stack: Stack;
  readonly key: string | undefined;
  readonly source: CancelSource | undefined;
  /** An attempt is over, with a value or an error. It says so once, and not at all when it was cancelled. */
  conclude(attempt: Attempt<T>, ok: boolean, result: unknown): void;
  cancel(reason: unknown): void;
}

/**
 * One run of the operation, through circuit and time limit, and the context it sees. Each attempt is an object of its
 * own: an operation that outlives its time must not see the signal of the attempt after it.
 */
export class Attempt<T = unknown> extends Linked implements CallContext, OperationEnd, Timed {
  readonly startedAt: number;
  deadline: number;
  /** Of its own limit, of the grace after that, or of the wait for the attempt after it. */
  timer: Disposable | undefined = undefined;
  readonly attempt: number;
  readonly lastError: unknown;
  readonly #owner: AttemptOwner<T>;
  #status: "running" | "stopping" | "over" = "running";
  /** What let it in, and under which number. */
  #circuit: Circuit | undefined = undefined;
  #admission = 0;
  /** None until somebody wants to hear of an abort, or there is one. */
  #abortable: Abortable | undefined = undefined;

  constructor(owner: AttemptOwner<T>, attempt: number, startedAt: number, deadline: number, lastError: unknown) {
    super();
    this.startedAt = startedAt;
    this.deadline = deadline;
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
    return source !== undefined && stack.timeLimit === undefined ? source.signal : this.#ownAbort().signal;
  }

  get isCancelled(): boolean {
    return this.#aborted()?.isCancelled === true;
  }

  get reason(): unknown {
    return this.#aborted()?.reason;
  }

  add(member: Cancellable): void {
    this.#ownAbort().add(member);
  }

  run(callee: Callee): void {
    const { circuit, timeLimit } = this.#owner.stack;
    try {
      const guard = circuit?.select(this);
      this.#admission = guard?.admit(this.attempt - 1) ?? 0;
      this.#circuit = guard;
      timeLimit?.start(this);
      callee.operate(this, this);
    } catch (error) {
      this.settle(false, error);
    }
  }

  /** What came of the operation, in time or not. */
  settle(ok: boolean, result: unknown): void {
    const { source, stack } = this.#owner;
    if (this.#status === "running") {
      // A runtime may settle the operation between two listeners of one abort, before this call has heard of it.
      if (!ok && source?.isCancelled === true) this.#owner.cancel(source.reason);
      else this.#end(ok, result);
    } else {
      stack.timeLimit?.onLateSettlement(this, ok, result);
      this.#stopWaiting(this.reason);
    }
  }

  /** The caller cancelled: what comes of the operation no longer matters, and nobody is to blame. */
  cancel(reason: unknown): void {
    const wasOver = this.#status === "over";
    this.#stop();
    if (wasOver) return;
    this.#circuit?.record(this.#admission, this.startedAt);
    this.#ownAbort().abort(reason);
  }

  expire(): void {
    const { timeLimit, clock } = this.#owner.stack;
    this.#status = "stopping";
    const timeout = timeLimit?.expire(this) ?? 0;
    // Who was told may have cancelled this very call.
    if (this.isCancelled) return;
    const message = `Cannot complete call: no result within ${timeout} ms`;
    const error = new TimeoutError(message, { timeout, attempts: this.attempt });
    const stop = (): void => this.#stopWaiting(error);
    this.timer = timeLimit?.strategy?.wait(clock, stop);
    this.#ownAbort().abort(error);
    if (timeLimit?.strategy === undefined) stop();
  }

  #stop(): void {
    this.#status = "over";
    this.timer?.[Symbol.dispose]();
    this.#owner.stack.timeLimit?.stop(this);
  }

  #end(ok: boolean, result: unknown): void {
    this.#stop();
    try {
      this.#circuit?.record(this.#admission, this.startedAt, ok, result);
    } catch (error) {
      return this.#owner.conclude(this, false, error);
    }
    this.#owner.conclude(this, ok, result);
  }

  /** The time is up, and the operation has stopped or had its chance to. */
  #stopWaiting(error: unknown): void {
    if (this.#status === "stopping") this.#end(false, error);
  }

  #aborted(): { readonly isCancelled: boolean; readonly reason: unknown } | undefined {
    return this.#abortable?.isCancelled === true ? this.#abortable : this.#owner.source;
  }

  #ownAbort(): Abortable {
    return (this.#abortable ??= new Abortable());
  }
}
