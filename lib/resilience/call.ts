import { TimeoutError } from "../errors.ts";
import { Attempt, type AttemptOwner, type Callee, type OperationEnd } from "./attempt.ts";
import { Cancellable, type CancelSource, sourceOf } from "./cancellation.ts";
import { type CallOptions, type Context, type Guarded, type Operation, outcomeOf, type Policy } from "./policy.ts";
import type { Stack } from "./stack.ts";

/** Who makes a call, and what it is that is called. */
export interface Caller<T> extends Callee {
  /** The call is over. One of the two is called, once, and perhaps before the call has returned. */
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/** One call of a guarded operation: its attempts, the waits between them, and the caller to whom it answers. */
class Call<T> extends Cancellable implements AttemptOwner<T> {
  readonly stack: Stack;
  readonly key: string | undefined;
  readonly source: CancelSource | undefined;
  readonly #caller: Caller<T>;
  #current: Attempt<T> | undefined = undefined;
  #previousDelay = 0;
  #deadline = Infinity;

  constructor(stack: Stack, caller: Caller<T>, options: CallOptions | undefined) {
    super();
    this.stack = stack;
    this.key = options?.key;
    this.source = sourceOf(options);
    this.#caller = caller;
  }

  start(options: CallOptions | undefined): void {
    const { source } = this;
    const { clock, retry, isTimed } = this.stack;
    if (source?.isCancelled === true) return this.#caller.reject(source.reason);
    const deadline = options?.deadline ?? Infinity;
    const now = isTimed || deadline !== Infinity ? clock.now() : 0;
    if (deadline <= now) return this.#caller.reject(deadlinePassed());
    this.#deadline = Math.min(deadline, now + (retry?.maxElapsed ?? Infinity));
    retry?.budget?.deposit();
    source?.add(this);
    if (retry === undefined) this.#begin(options?.attempt ?? 1, now, options?.lastError);
    else this.#begin(1, now, undefined);
  }

  cancel(reason: unknown): void {
    this.unlink();
    this.#current?.cancel(reason);
    this.stack.retry?.giveUp(this.#current?.attempt ?? 0, "aborted", reason);
    this.#caller.reject(reason);
  }

  conclude(last: Attempt<T>, ok: boolean, result: unknown): void {
    const { retry, clock } = this.stack;
    if (retry === undefined || (ok && !retry.inspectsValues)) return this.#settle(ok, result);
    const remaining = this.#deadline - clock.now();
    try {
      const point = { attempt: last.attempt, remaining, previousDelay: this.#previousDelay };
      const delay = retry.next({ ...point, outcome: outcomeOf(ok, result) });
      // Who was asked or told may have cancelled this very call.
      if (this.source?.isCancelled === true) return;
      if (delay === undefined) this.#settle(ok, result);
      else this.#pause(delay, last, ok, result);
    } catch (error) {
      this.#settle(false, error);
    }
  }

  /** On its own, since what a function gives to a later one takes memory from its first line on. */
  #pause(delay: number, last: Attempt<T>, ok: boolean, result: unknown): void {
    this.#previousDelay = delay;
    last.timer = this.stack.clock.timer(delay, () => this.#again(last.attempt, ok, result));
  }

  #begin(number: number, now: number, lastError: unknown): void {
    this.#current = new Attempt(this, number, now, this.#deadline, lastError);
    this.#current.run(this.#caller);
  }

  #again(attempt: number, ok: boolean, result: unknown): void {
    const lastError = ok ? undefined : result;
    const now = this.stack.clock.now();
    if (now < this.#deadline) return this.#begin(attempt + 1, now, lastError);
    // The timer was late: a frozen process, say.
    this.stack.retry?.giveUp(attempt, "maxElapsed", lastError);
    this.#settle(ok, result);
  }

  #settle(ok: boolean, result: unknown): void {
    this.unlink();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is ok is what the operation gave
    if (ok) this.#caller.resolve(result as T);
    else this.#caller.reject(result);
  }
}

/** Refuses a call that comes too late. */
export function deadlinePassed(): TimeoutError {
  return new TimeoutError("Cannot start call: its deadline has passed", { timeout: 0 });
}

const stacks = new WeakMap<Policy<unknown>, Stack>();

/** Makes a call under a policy. Where that is a stack, no promise is made for it. */
export function callUnder<T>(policy: Policy, caller: Caller<T>, options: CallOptions): void {
  const stack = stacks.get(policy);
  if (stack !== undefined) return new Call(stack, caller, options).start(options);
  const operation = (context: Context): Promise<T> =>
    new Promise((resolve, reject) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is ok is what the operation gave
      caller.operate(context, { settle: (ok, result) => (ok ? resolve(result as T) : reject(result)) });
    });
  policy(operation)(options).then(
    (value) => caller.resolve(value),
    (error: unknown) => caller.reject(error),
  );
}

/** The policy that puts these stages around operations. */
export function stackPolicy(
  clock: Stack["clock"],
  retry?: Stack["retry"],
  circuit?: Stack["circuit"],
  timeLimit?: Stack["timeLimit"],
): Policy {
  const isTimed = retry !== undefined || circuit?.settings.isTimed === true || timeLimit !== undefined;
  const stack: Stack = { clock, isTimed, retry, circuit, timeLimit };
  const policy: Policy = <T>(operation: Operation<T>): Guarded<T> => {
    const operate = (context: Context, end: OperationEnd): void => {
      Promise.resolve(operation(context)).then(
        (value) => end.settle(true, value),
        (error: unknown) => end.settle(false, error),
      );
    };
    return (options) =>
      new Promise<T>((resolve, reject) => {
        new Call<T>(stack, { operate, resolve, reject }, options).start(options);
      });
  };
  stacks.set(policy, stack);
  return policy;
}

/** The stack of a policy that `stackPolicy` made. */
export function stackOf(policy: Policy<unknown>): Stack | undefined {
  return stacks.get(policy);
}
