import { Attempt } from "./attempt.ts";
import { type Cancellable, type CancelSource, hubOf } from "./cancellation.ts";
import type { CallOptions, Context } from "./policy.ts";

/** A context that tells of a cancel itself, so that nobody has to make its signal to hear of one. */
export type CallContext = Context & CancelSource;

/** The context of a call that is cancelled with its caller, and never otherwise. */
export class Scope implements Context, CancelSource {
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

/** Where a call with these options hears that it must stop; undefined when nobody can tell it. */
export function sourceOf(options: CallOptions | undefined): CancelSource | undefined {
  // Reading the signal of our own contexts would make it.
  if (isOwnContext(options)) return options;
  return options?.signal === undefined ? undefined : hubOf(options.signal);
}

/** The options of a call as the context of what it runs: the very one that an outer policy of ours made, if one did. */
export function contextOf(options: CallOptions | undefined): CallContext {
  return isOwnContext(options) ? options : new Scope(options, sourceOf(options));
}

function isOwnContext(options: CallOptions | undefined): options is Attempt | Scope {
  return options instanceof Attempt || options instanceof Scope;
}
