import type { CliContext } from "./context.ts";
import type { StopCause } from "./exit.ts";
import { formatElapsed } from "./elapsed.ts";

/** What may end a run from outside, while it is not disposed. */
export interface StopWatch extends Disposable {
  /** What did, if anything. */
  readonly cause: StopCause | undefined;
}

const reasons: Readonly<Record<StopCause, string>> = {
  SIGINT: "Ctrl-C",
  SIGTERM: "SIGTERM",
  timeout: "--timeout has passed",
};

/** An execution that can be stopped, wherever it runs. */
export interface Cancellable {
  cancel(reason: string): unknown;
}

/** Cancels `execution` at the first signal or after `timeoutMs`, and says so. */
export function stopOnRequest(
  execution: Cancellable,
  { timeoutMs, note }: { readonly timeoutMs: number | undefined; readonly note: (text: string) => void },
  { clock, onSignal }: Pick<CliContext, "clock" | "onSignal">,
): StopWatch {
  let cause: StopCause | undefined;
  const stop = (by: StopCause): void => {
    if (cause !== undefined) return;
    cause = by;
    execution.cancel(reasons[by]);
    const after = by === "timeout" ? ` after ${formatElapsed(timeoutMs ?? 0)}` : "";
    note(
      `Cancelling${after}: running steps may stop by themselves; Ctrl-C ${by === "timeout" ? "twice" : "again"} exits at once`,
    );
  };
  const signals = onSignal(stop);
  const timer = timeoutMs === undefined ? undefined : clock.timer(timeoutMs, () => stop("timeout"));
  return {
    get cause() {
      return cause;
    },
    [Symbol.dispose]() {
      signals[Symbol.dispose]();
      timer?.[Symbol.dispose]();
    },
  };
}
