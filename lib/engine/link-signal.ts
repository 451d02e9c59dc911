import type { Execution } from "./execution.ts";

/** Cancels an execution when its caller's signal aborts. */
export function linkSignal(execution: Execution, signal: AbortSignal): void {
  const onAbort = (): void => {
    const { reason } = signal as { readonly reason: unknown };
    execution.cancel(`its signal was aborted: ${reason instanceof Error ? reason.message : String(reason)}`);
  };
  if (signal.aborted) return onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  const unlink = (): void => signal.removeEventListener("abort", onAbort);
  execution.result.then(unlink, unlink);
}
