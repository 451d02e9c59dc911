import { seededRandom } from "../clock.ts";
import { evaluateCondition } from "../expression/evaluate.ts";
import type { JsonValue } from "../json.ts";
import { decideRetry, type RetryOptions } from "../resilience/retry.ts";
import type { Repeat } from "../workflow.ts";
import { errorRecord } from "./error-record.ts";
import type { ExecutionEvent, UnitAddress, Usage } from "./events.ts";
import type { PlannedStep } from "./plan.ts";
import { roundMs } from "./round-ms.ts";
import { executionScope, type LocalScope } from "./scope.ts";
import type { ExecutionState, Progress } from "./state.ts";
import { cancelUnit, completeUnit, failUnit } from "./unit-end.ts";

/** How an attempt ended. */
export type AttemptOutcome =
  | { readonly ok: true; readonly value: JsonValue; readonly usage?: Usage | undefined }
  | { readonly ok: false; readonly error: unknown };

export interface SettledAttempt {
  readonly planned: PlannedStep;
  readonly address: UnitAddress;
  readonly progress: Progress;
  /** When the attempt itself started. */
  readonly startedMs: number;
  readonly nowMs: number;
  readonly outcome: AttemptOutcome;
  readonly retry: RetryOptions;
  /** What the step's own templates see, for `until`. */
  readonly local: LocalScope | undefined;
}

/**
 * What an attempt's outcome means for its unit. Pure: the jitter of a delay is drawn from the execution's seed, the unit
 * and the attempt, so it does not depend on what else ran meanwhile.
 */
export function settleAttempt(state: ExecutionState, settled: SettledAttempt): readonly ExecutionEvent[] {
  return settled.outcome.ok ? [succeed(state, settled, settled.outcome)] : fail(state, settled, settled.outcome.error);
}

function succeed(
  state: ExecutionState,
  settled: SettledAttempt,
  { value: output, usage }: Extract<AttemptOutcome, { ok: true }>,
): ExecutionEvent {
  const { planned, address, progress, nowMs } = settled;
  const { attempt: attempts, iteration } = progress;
  const durationMs = roundMs(nowMs - progress.startedMs);
  const repeat = planned.step.kind === "wait" || address.compensating ? undefined : planned.step.repeat;
  try {
    if (repeat === undefined || state.stopping !== undefined || isEnough(state, settled, repeat, output)) {
      return completeUnit(address, { output, attempts, durationMs, usage });
    }
  } catch (error) {
    return failUnit(planned, address, errorRecord(error, false, attempts), attempts, durationMs);
  }
  const { stepId, item } = address;
  const delayMs = repeat.delayMs ?? 0;
  return {
    type: "iteration.completed",
    stepId,
    ...(item !== undefined && { item }),
    iteration,
    output,
    attempts,
    durationMs,
    delayMs,
    ...(usage !== undefined && { usage }),
  };
}

function isEnough(
  state: ExecutionState,
  { progress, local }: SettledAttempt,
  repeat: Repeat,
  output: JsonValue,
): boolean {
  if (progress.iteration >= repeat.maxIterations) return true;
  return evaluateCondition(repeat.until, executionScope(state, { ...local, output }));
}

function fail(state: ExecutionState, settled: SettledAttempt, thrown: unknown): readonly ExecutionEvent[] {
  const { planned, address, progress, nowMs, outcome } = settled;
  const { attempt, interruptions, iteration, previousDelayMs } = progress;
  const spentMs = roundMs(nowMs - progress.tryingSinceMs - progress.pausedMs);
  const stopped = state.stopping !== undefined && !address.compensating;
  const decision = decideRetry(settled.retry, {
    attempt: attempt - interruptions,
    elapsed: spentMs,
    previousDelay: previousDelayMs,
    outcome,
    aborted: stopped,
    random: seededRandom(drawKey(state.seed, address, iteration, attempt)),
  });
  const error = errorRecord(thrown, decision.retry, attempt);
  const failed: ExecutionEvent = {
    type: "attempt.failed",
    ...address,
    attempt,
    error,
    durationMs: roundMs(nowMs - settled.startedMs),
  };
  if (stopped) {
    const cancelled = cancelUnit(address, false);
    return [...(isCancellation(thrown) ? [] : [failed]), ...(cancelled === undefined ? [] : [cancelled])];
  }
  if (decision.retry) {
    const delayMs = decision.delay;
    return [failed, { type: "retry.scheduled", ...address, attempt: attempt + 1, delayMs, retryElapsedMs: spentMs }];
  }
  return [failed, failUnit(planned, address, error, attempt, roundMs(nowMs - progress.startedMs))];
}

function drawKey(
  seed: string,
  { stepId, item, compensating }: UnitAddress,
  iteration: number,
  attempt: number,
): string {
  const unit = `${stepId}${item === undefined ? "" : `[${item}]`}${compensating ? "/undo" : ""}`;
  return iteration === 1 ? `${seed}/${unit}/${attempt}` : `${seed}/${unit}~${iteration}/${attempt}`;
}

/** How an attempt that heeds its signal ends: with the reason, or with the `AbortError` that `fetch` and others throw. */
function isCancellation(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "CancelledError");
}
