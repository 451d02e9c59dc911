import { errorKind } from "./classify.ts";
import type { CallContext } from "./cancellation.ts";
import { giveCause } from "./give-cause.ts";
import { openGate, runThrough } from "./gate.ts";
import { type Listener, notify } from "./listener.ts";
import type { Context, Guarded, Operation, Policy } from "./policy.ts";
import { contextOf } from "./scope.ts";

export interface FallbackOptions {
  /** Which errors call for the fallback, default all but a `CancelledError`. Never asked about an abort. */
  readonly when?: (error: unknown) => boolean;
  /** Which values do, default none. */
  readonly whenResult?: (value: unknown) => boolean;
  readonly on?: Listener<FallbackEvent>;
}

export interface FallbackEvent {
  readonly type: "fallback";
  /** What the operation failed with, undefined when its value called for the fallback. */
  readonly error: unknown;
}

/** Makes the answer to a failure; to a value that `whenResult` does not like, `error` is undefined. */
export type MakeAnswer<Answer> = (error: unknown, context: Context) => Answer | PromiseLike<Answer>;

/**
 * Answers with `value` when an operation fails, or with what `value` gives when it is a function.
 *
 * An abort is no failure: its reason is what the caller gets. There is one fallback a call; what it throws is what the
 * caller gets, with the operation's error as its `cause` if it has none of its own.
 */
export function fallback<Answer>(value: Answer | MakeAnswer<Answer>, options: FallbackOptions = {}): Policy<Answer> {
  const { when = isNoCancel, whenResult, on } = options;
  const makeAnswer = isFunction(value) ? value : () => value;
  async function answer(context: CallContext, error?: unknown): Promise<Answer> {
    if (on !== undefined) notify(on, { type: "fallback", error });
    try {
      return await runThrough(openGate, context, () => makeAnswer(error, context));
    } catch (thrown) {
      if (!context.isCancelled) giveCause(thrown, error);
      throw thrown;
    }
  }
  return <T>(operation: Operation<T>): Guarded<T | Answer> =>
    async (callOptions) => {
      const context = contextOf(callOptions);
      let result: T;
      try {
        result = await runThrough(openGate, context, operation);
      } catch (error) {
        if (context.isCancelled || !when(error)) throw error;
        return await answer(context, error);
      }
      return whenResult?.(result) === true ? await answer(context) : result;
    };
}

function isNoCancel(error: unknown): boolean {
  return errorKind(error) !== "cancelled";
}

function isFunction<Answer>(value: Answer | MakeAnswer<Answer>): value is MakeAnswer<Answer> {
  return typeof value === "function";
}
