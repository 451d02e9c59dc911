import { TimeoutError } from "../errors.ts";
import { type CallContext, Cancellable } from "./cancellation.ts";
import type { Place } from "./line.ts";
import type { Guarded, Operation, Policy } from "./policy.ts";
import { contextOf } from "./scope.ts";
import { markUncalled } from "./uncalled.ts";

/** Decides when calls may run. */
export interface Gate {
  /** Lets the call pass, refuses it, or keeps it in line for later. */
  enter(call: GatedCall): void;
  /** The call was cancelled while it stood in line at `place`. */
  leave(call: GatedCall, place: Place<GatedCall>): void;
  /** The operation of a call that was let through is over, though the call itself may have been for long. */
  settled(): void;
}

/** A call as a gate sees it: it may stand in line, and runs its operation once it passes. */
export interface GatedCall {
  readonly context: CallContext;
  /** Its place while it stands in line. */
  place: Place<GatedCall> | undefined;
  pass(): void;
  refuse(error: Error): void;
}

/** The policy that makes every call go through `gate`. */
export function gatePolicy(gate: Gate): Policy {
  return <T>(operation: Operation<T>): Guarded<T> =>
    (options) =>
      runThrough(gate, contextOf(options), operation);
}

/** The gate that is always open. */
export const openGate: Gate = { enter: (call) => call.pass(), leave: () => {}, settled: () => {} };

/**
 * Runs an operation once `gate` lets it through. A cancel rejects with its reason in the same tick, in line or on the way;
 * the gate hears when the operation itself is over.
 */
export function runThrough<T>(gate: Gate, context: CallContext, operation: Operation<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (context.isCancelled) return reject(context.reason);
    const call = new Passage(gate, context, operation, resolve, reject);
    context.add(call);
    gate.enter(call);
  });
}

class Passage<T> extends Cancellable implements GatedCall {
  readonly context: CallContext;
  place: Place<GatedCall> | undefined = undefined;
  readonly #gate: Gate;
  readonly #operation: Operation<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (reason: unknown) => void;
  #isCancelled = false;

  constructor(
    gate: Gate,
    context: CallContext,
    operation: Operation<T>,
    resolve: (value: T) => void,
    reject: (reason: unknown) => void,
  ) {
    super();
    this.#gate = gate;
    this.context = context;
    this.#operation = operation;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  pass(): void {
    // Of several calls let through together, the first one may have cancelled the others.
    if (this.#isCancelled) return this.#gate.settled();
    invoke(this.#operation, this.context).then(
      (value) => this.#fulfil(value),
      (error: unknown) => this.#fail(error),
    );
  }

  refuse(error: Error): void {
    this.unlink();
    this.#reject(error);
  }

  cancel(reason: unknown): void {
    this.#isCancelled = true;
    if (this.place !== undefined) {
      this.#gate.leave(this, this.place);
      if (reason instanceof TimeoutError) markUncalled(reason);
    }
    this.#reject(reason);
  }

  #fulfil(value: T): void {
    this.#end();
    this.#resolve(value);
  }

  #fail(error: unknown): void {
    const { isCancelled, reason } = this.context;
    this.#end();
    this.#reject(isCancelled ? reason : error);
  }

  #end(): void {
    this.unlink();
    this.#gate.settled();
  }
}

/** Starts an operation. What it throws is a rejection too, and nothing it does settles the promise in the same tick. */
export function invoke<T>(operation: Operation<T>, context: CallContext): Promise<T> {
  try {
    return Promise.resolve(operation(context));
  } catch (error) {
    return Promise.reject(error);
  }
}
