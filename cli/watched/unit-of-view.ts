import type { StepState } from "../../lib/engine/state.ts";
import type { StepView } from "../../lib/engine/view.ts";

/** The state that a step's view was made of, as far as a view tells it: enough to make the next view. */
export function unitOfView(view: StepView): StepState {
  const { status, attempts, startedMs = 0, durationMs = 0, error = unknownError, output = null } = view;
  const endedMs = startedMs + durationMs;
  const progress = { ...noProgress, startedMs, attempt: attempts, iteration: view.iteration ?? 1 };
  switch (status) {
    case "pending":
    case "ready":
      return { status };
    case "running":
      return { status, ...progress };
    case "repeating":
      return { status, ...progress, attempt: 1, wakeMs: endedMs };
    case "retrying": {
      const { attempt, delayMs, wakeMs } = view.retry ?? { attempt: attempts + 1, delayMs: 0, wakeMs: endedMs };
      return { status, ...progress, attempt, delayMs, wakeMs };
    }
    case "waiting": {
      const { signal, until } = view.waitsFor ?? {};
      return {
        status,
        startedMs,
        signal,
        wakeAt: until === undefined ? undefined : Date.parse(until),
        delivered: undefined,
      };
    }
    case "mapping": {
      const { total, settled, running } = view.items ?? { total: 0, settled: 0, running: 0 };
      return { status, startedMs, items: total, ended: settled, active: running, failure: undefined };
    }
    case "recovering":
      return { status, startedMs, attempts, error };
    case "completed":
      return {
        status,
        startedMs,
        endedMs,
        attempts,
        output,
        ...(view.reusedFrom !== undefined && { reusedFrom: view.reusedFrom }),
      };
    case "recovered":
      return { status, startedMs, endedMs, attempts, output, error, fallbackStepId: view.fallbackStepId ?? "" };
    case "failed":
      return { status, startedMs, endedMs, attempts, error };
    case "skipped":
      return { status, endedMs, reason: view.skipped ?? "condition" };
    case "cancelled":
      return { status, startedMs: view.startedMs, endedMs, attempts, forced: view.forced === true };
  }
}

const noProgress = { tryingSinceMs: 0, pausedMs: 0, previousDelayMs: 0, interruptions: 0 };

const unknownError = { name: "Error", code: "UNKNOWN", message: "", isRetryable: false };
