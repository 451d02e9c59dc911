import { seededRandom } from "../clock.ts";
import type { JsonValue } from "../json.ts";
import type { Outcome } from "../resilience/policy.ts";
import { decideRetry, type RetryOptions } from "../resilience/retry.ts";
import { errorRecord } from "./error-record.ts";
import type { ExecutionEvent } from "./events.ts";
import { failStep } from "./fail-step.ts";
import type { PlannedStep } from "./plan.ts";
import type { ExecutionState } from "./state.ts";
import { roundMs } from "./round-ms.ts";

/** How an attempt ended. */
export type AttemptOutcome = Outcome<JsonValue>;

export interface SettledAttempt {
  readonly planned: PlannedStep;
  readonly attempt: number;
  readonly startedMs: number;
  readonly nowMs: number;
  /** When the step's first attempt started. */
  readonly firstStartedMs: number;
  /** The delay before this attempt, 0 for the first. */
  readonly previousDelayMs: number;
  readonly outcome: AttemptOutcome;
  readonly retry: RetryOptions;
}

/**
 * What an attempt's outcome means for its step. Pure: the jitter of a delay is drawn from the execution's seed, the step
 * and the attempt, so it does not depend on what else ran meanwhile.
 */
export function settleAttempt(state: ExecutionState, settled: SettledAttempt): readonly ExecutionEvent[] {
  const { planned, attempt, outcome, nowMs, firstStartedMs } = settled;
  const stepId = planned.id;
  const durationMs = roundMs(nowMs - firstStartedMs);
  if (outcome.ok) {
    return [{ type: "step.completed", stepId, output: outcome.value, attempts: attempt, durationMs }];
  }
  const stopped = state.stopping !== undefined;
  const decision = decideRetry(settled.retry, {
    attempt,
    elapsed: durationMs,
    previousDelay: settled.previousDelayMs,
    outcome,
    aborted: stopped,
    random: seededRandom(`${state.seed}/${stepId}/${attempt}`),
  });
  const error = errorRecord(outcome.error, decision.retry, attempt);
  const failed: ExecutionEvent = {
    type: "attempt.failed",
    stepId,
    attempt,
    error,
    durationMs: roundMs(nowMs - settled.startedMs),
  };
  if (stopped) {
    const cancelled: ExecutionEvent = { type: "step.cancelled", stepId, forced: false };
    return isCancellation(outcome.error) ? [cancelled] : [failed, cancelled];
  }
  if (decision.retry) {
    const delayMs = decision.delay;
    return [failed, { type: "retry.scheduled", stepId, attempt: attempt + 1, delayMs, retryElapsedMs: durationMs }];
  }
  return [failed, failStep(planned, error, attempt, durationMs)];
}

/** How an attempt that heeds its signal ends: with the reason, or with the `AbortError` that `fetch` and others throw. */
function isCancellation(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "CancelledError");
}
