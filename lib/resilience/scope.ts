import {
  type Cancellable,
  type CallContext,
  type CancelSource,
  isOwn,
  isOwnContext,
  sourceOf,
} from "./cancellation.ts";
import type { CallOptions } from "./policy.ts";

/** The context of a call that is cancelled with its caller, and never otherwise. */
export class Scope implements CallContext {
  readonly attempt: number;
  readonly deadline: number;
  readonly key: string | undefined;
  readonly lastError: unknown;
  readonly #source: CancelSource | undefined;
  #controller: AbortController | undefined = undefined;

  constructor(options: CallOptions | undefined, source: CancelSource | undefined) {
    this.attempt = options?.attempt ?? 1;
    this.deadline = options?.deadline ?? Infinity;
    this.key = options?.key;
    this.lastError = options?.lastError;
    this.#source = source;
  }

  get [isOwn](): true {
    return true;
  }

  get signal(): AbortSignal {
    if (this.#source !== undefined) return this.#source.signal;
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  get isCancelled(): boolean {
    return this.#source?.isCancelled === true;
  }

  get reason(): unknown {
    return this.#source?.reason;
  }

  add(member: Cancellable): void {
    this.#source?.add(member);
  }
}

/** The options of a call as the context of what it runs: the very one that an outer policy of ours made, if one did. */
export function contextOf(options: CallOptions | undefined): CallContext {
  return isOwnContext(options) ? options : new Scope(options, sourceOf(options));
}
