import { Linked, LinkedList } from "./linked-list.ts";
import type { CallOptions, Context } from "./policy.ts";

/** Something under way that can be told to stop. */
export abstract class Cancellable extends Linked {
  abstract cancel(reason: unknown): void;
}

/** Where calls hear that they must stop: the caller's signal, or the attempt of an outer policy. */
export interface CancelSource {
  readonly signal: AbortSignal;
  readonly isCancelled: boolean;
  readonly reason: unknown;
  /** Cancels `member` with this source, unless it unlinks itself before. */
  add(member: Cancellable): void;
}

/** Marks the contexts of our own making: callers may pass anything. */
export const isOwn: unique symbol = Symbol("isOwn");

/** A context that tells of a cancel itself, so that nobody has to make its signal to hear of one. */
export interface CallContext extends Context, CancelSource {
  readonly [isOwn]: true;
}

/** Those who are cancelled together. */
export class Members extends LinkedList<Cancellable> {
  /** Cancels every member, in the order in which they joined. Members that join or leave meanwhile do no harm. */
  cancelAll(reason: unknown): void {
    for (let member = this.first; member !== undefined; member = this.first) {
      member.unlink();
      member.cancel(reason);
    }
  }
}

/** All calls under one signal, behind one listener: adding and removing one per call costs more than the rest of it. */
class SignalHub extends Members implements CancelSource {
  readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    super();
    this.signal = signal;
    signal.addEventListener("abort", () => this.cancelAll(signal.reason), { once: true });
  }

  get isCancelled(): boolean {
    return this.signal.aborted;
  }

  get reason(): unknown {
    return this.signal.reason;
  }
}

/** The one hub of a signal, which lives as long as the signal does. */
const hubs = new WeakMap<AbortSignal, SignalHub>();

type MaybeOwn = CallOptions & { readonly [isOwn]?: true };

/** Whether the options of a call are the context that an outer policy of ours made. */
export function isOwnContext(options: MaybeOwn | undefined): options is CallContext {
  return options?.[isOwn] === true;
}

/** Where a call with these options hears that it must stop; undefined when nobody can tell it. */
export function sourceOf(options: CallOptions | undefined): CancelSource | undefined {
  // Reading the signal of our own contexts would make it.
  if (isOwnContext(options)) return options;
  const signal = options?.signal;
  if (signal === undefined) return undefined;
  let hub = hubs.get(signal);
  if (hub === undefined) hubs.set(signal, (hub = new SignalHub(signal)));
  return hub;
}
