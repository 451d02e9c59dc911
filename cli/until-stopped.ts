import type { CliContext, StopSignal } from "./context.ts";

/** A wait for a request to stop, while it is not disposed. */
export interface UntilStopped extends Disposable {
  /** Aborts with the request. */
  readonly signal: AbortSignal;
  /** The request, if there was one. */
  readonly cause: StopSignal | undefined;
}

/** For commands that go on until somebody has seen enough. */
export function untilStopped({ onSignal }: Pick<CliContext, "onSignal">): UntilStopped {
  const controller = new AbortController();
  let cause: StopSignal | undefined;
  const listening = onSignal((signal) => {
    cause = signal;
    controller.abort(new Error(`stopped by ${signal}`));
  });
  return {
    signal: controller.signal,
    get cause() {
      return cause;
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}
