/** What an operation knows about the call it is part of. */
export interface Context {
  /**
   * Aborts when the caller cancels or a time limit passes, with the reason of either; never because the call succeeded.
   * Made when first read: an operation that does not look at it pays nothing for it.
   */
  readonly signal: AbortSignal;
  /** 1-based; 1 without a retry policy around. */
  readonly attempt: number;
  /** When this attempt's time is up, on the scale of `Clock.now()`; `Infinity` when never. */
  readonly deadline: number;
  /** What the call is about, as its caller says. Chooses the circuit in `circuitBreakers()` and the rate in `rateLimiter()`. */
  readonly key: string | undefined;
  /** The previous attempt's error, undefined on the first. */
  readonly lastError: unknown;
}

/** What a caller may say about a call: any part of a {@link Context}, so a context can be passed on as it is. */
export type CallOptions = { readonly [Name in keyof Context]?: Context[Name] | undefined };

/** Some work that may fail. It must stop early when `context.signal` aborts. */
export type Operation<T> = (context: Context) => T | PromiseLike<T>;

/**
 * An operation under policies. Each call is independent.
 *
 * Once `options.signal` aborts, the promise rejects in the same tick with its reason, by identity, and what the operation
 * still does is ignored; when it was aborted before the call, nothing runs at all. A call whose deadline has passed does
 * not run either. An abort counts as no failure anywhere.
 */
export type Guarded<T> = (options?: CallOptions) => Promise<T>;

declare const adds: unique symbol;

/** Makes an operation behave better under failure. `Adds` is what it may answer in place of the operation's result. */
export interface Policy<Adds = never> {
  <T>(operation: Operation<T>): Guarded<T | Adds>;
  readonly [adds]?: Adds;
}

/** How a call ended. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** An outcome from its parts, which is how calls pass it on: most of them end well, and nobody asks how. */
export function outcomeOf<T>(ok: boolean, result: T): Outcome<T> {
  return ok ? { ok, value: result } : { ok, error: result };
}
