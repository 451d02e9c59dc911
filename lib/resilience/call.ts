import { TimeoutError } from "../errors.ts";
import { Attempt, type AttemptOwner } from "./attempt.ts";
import { Cancellable, type CancelSource, sourceOf } from "./cancellation.ts";
import type { CallOptions, Guarded, Operation, Outcome, Policy } from "./policy.ts";
import type { Stack } from "./stack.ts";

/** One call of a guarded operation: its attempts, the waits between them, and the promise that its caller holds. */
class Call<T> extends Cancellable implements AttemptOwner<T> {
  readonly stack: Stack;
  readonly key: string | undefined;
  readonly source: CancelSource | undefined;
  readonly #operation: Operation<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (reason: unknown) => void;
  #current: Attempt<T> | undefined = undefined;
  #wait: Disposable | undefined = undefined;
  #previousDelay = 0;
  #deadline = Infinity;

  constructor(
    stack: Stack,
    operation: Operation<T>,
    options: CallOptions | undefined,
    resolve: (value: T) => void,
    reject: (reason: unknown) => void,
  ) {
    super();
    this.stack = stack;
    this.key = options?.key;
    this.source = sourceOf(options);
    this.#operation = operation;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(options: CallOptions | undefined): void {
    const { source } = this;
    const { clock, retry } = this.stack;
    if (source?.isCancelled === true) return this.#reject(source.reason);
    const deadline = options?.deadline ?? Infinity;
    const maxElapsed = retry?.maxElapsed ?? Infinity;
    let now: number | undefined;
    if (deadline !== Infinity || maxElapsed !== Infinity) {
      now = clock.now();
      if (deadline <= now) return this.#reject(deadlinePassed());
      this.#deadline = Math.min(deadline, now + maxElapsed);
    }
    retry?.budget?.deposit();
    source?.add(this);
    if (retry === undefined) this.#begin(options?.attempt ?? 1, now, options?.lastError);
    else this.#begin(1, now, undefined);
  }

  cancel(reason: unknown): void {
    this.unlink();
    this.#wait?.[Symbol.dispose]();
    this.#current?.cancel(reason);
    this.stack.retry?.giveUp(this.#current?.attempt ?? 0, "aborted", reason);
    this.#reject(reason);
  }

  fulfil(attempt: Attempt<T>, value: T): void {
    if (this.stack.retry?.inspectsValues === true) return this.conclude(attempt, { ok: true, value });
    this.unlink();
    this.#resolve(value);
  }

  conclude(attempt: Attempt<T>, outcome: Outcome<T>): void {
    if (this.stack.retry === undefined) return this.#settle(outcome);
    let delay: number | undefined;
    try {
      delay = this.#nextDelay(attempt.attempt, outcome);
    } catch (error) {
      return this.#settle({ ok: false, error });
    }
    if (delay === undefined) return this.#settle(outcome);
    this.#previousDelay = delay;
    this.#wait = this.stack.clock.timer(delay, () => this.#again(attempt.attempt + 1, outcome));
  }

  #begin(number: number, now: number | undefined, lastError: unknown): void {
    this.#current = new Attempt(this, number, this.#deadline, lastError);
    this.#current.run(this.#operation, now);
  }

  #nextDelay(attempt: number, outcome: Outcome<T>): number | undefined {
    const { retry, clock } = this.stack;
    const remaining = this.#deadline === Infinity ? Infinity : this.#deadline - clock.now();
    return retry?.next({ attempt, remaining, previousDelay: this.#previousDelay, outcome });
  }

  #again(number: number, last: Outcome<T>): void {
    this.#wait = undefined;
    const lastError = last.ok ? undefined : last.error;
    const now = this.#deadline === Infinity ? undefined : this.stack.clock.now();
    if (now === undefined || now < this.#deadline) return this.#begin(number, now, lastError);
    // The timer was late: a frozen process, say.
    this.stack.retry?.giveUp(number - 1, "maxElapsed", lastError);
    this.#settle(last);
  }

  #settle(outcome: Outcome<T>): void {
    this.unlink();
    if (outcome.ok) this.#resolve(outcome.value);
    else this.#reject(outcome.error);
  }
}

/** Refuses a call that comes too late. */
export function deadlinePassed(): TimeoutError {
  return new TimeoutError("Cannot start call: its deadline has passed", { timeout: 0 });
}

const stacks = new WeakMap<Policy<unknown>, Stack>();

/** The policy that puts `stack` around operations. */
export function stackPolicy(stack: Stack): Policy {
  const policy: Policy = <T>(operation: Operation<T>): Guarded<T> => {
    return (options) =>
      new Promise<T>((resolve, reject) => {
        new Call(stack, operation, options, resolve, reject).start(options);
      });
  };
  stacks.set(policy, stack);
  return policy;
}

/** The stack of a policy that `stackPolicy` made. */
export function stackOf(policy: Policy<unknown>): Stack | undefined {
  return stacks.get(policy);
}
