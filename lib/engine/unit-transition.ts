import type { ExecutionEvent } from "./events.ts";
import { type Progress, type StepState } from "./state.ts";

/** Events that change the state of a unit. */
export type UnitEvent = Extract<
  ExecutionEvent,
  {
    type:
      | "step.ready"
      | "step.expanded"
      | "item.started"
      | "item.completed"
      | "item.failed"
      | "item.cancelled"
      | "wait.started"
      | "attempt.started"
      | "attempt.interrupted"
      | "retry.scheduled"
      | "iteration.completed"
      | "step.completed"
      | "step.failed"
      | "step.falling_back"
      | "step.recovered"
      | "step.skipped"
      | "step.cancelled"
      | "compensation.started"
      | "compensation.completed"
      | "compensation.failed";
  }
>;

const ready: StepState = Object.freeze({ status: "ready" });

/** What an event makes of a unit. Pure. */
export function transition(before: StepState, elapsedMs: number, event: UnitEvent): StepState {
  const startedMs = "startedMs" in before && before.startedMs !== undefined ? before.startedMs : elapsedMs;
  switch (event.type) {
    case "step.ready":
    case "item.started":
    case "compensation.started":
      return ready;
    case "step.expanded":
      return { status: "mapping", startedMs, items: event.items, active: 0, ended: 0, failure: undefined };
    case "wait.started":
      return { status: "waiting", startedMs, wakeAt: event.wakeAt, signal: event.signal, delivered: undefined };
    case "attempt.started":
      return started(before, elapsedMs, event.attempt);
    case "attempt.interrupted": {
      const progress = progressOf(before, elapsedMs);
      const { attempt, interruptions, previousDelayMs } = progress;
      const next = { ...progress, attempt: attempt + 1, interruptions: interruptions + 1 };
      return { status: "retrying", ...next, wakeMs: elapsedMs, delayMs: previousDelayMs };
    }
    case "retry.scheduled": {
      const { attempt, delayMs } = event;
      const progress = { ...progressOf(before, elapsedMs), attempt, previousDelayMs: delayMs };
      return { status: "retrying", ...progress, wakeMs: elapsedMs + delayMs, delayMs };
    }
    case "iteration.completed": {
      const { startedMs: since, iteration } = progressOf(before, elapsedMs);
      const next = { ...firstTry(elapsedMs), startedMs: since, iteration: iteration + 1 };
      return { status: "repeating", ...next, wakeMs: elapsedMs + event.delayMs };
    }
    case "step.completed":
    case "item.completed":
    case "compensation.completed": {
      const { attempts, output } = event;
      const completed = { status: "completed", startedMs, endedMs: elapsedMs, attempts, output } as const;
      const reusedFrom = "reusedFrom" in event ? event.reusedFrom : undefined;
      return reusedFrom === undefined ? completed : { ...completed, reusedFrom };
    }
    case "step.failed":
    case "item.failed":
    case "compensation.failed":
      return { status: "failed", startedMs, endedMs: elapsedMs, attempts: event.attempts, error: event.error };
    case "step.falling_back":
      return { status: "recovering", startedMs, attempts: attemptsOf(before), error: event.error };
    case "step.recovered": {
      const { output, fallbackStepId } = event;
      if (before.status !== "recovering") throw new Error(`Cannot fold "step.recovered": the step is ${before.status}`);
      const { attempts, error } = before;
      return { status: "recovered", startedMs, endedMs: elapsedMs, attempts, output, error, fallbackStepId };
    }
    case "step.skipped":
      return { status: "skipped", endedMs: elapsedMs, reason: event.reason };
    case "step.cancelled":
    case "item.cancelled":
      return cancelledUnit(before, elapsedMs, event.forced);
  }
}

/** A unit that will not go on. */
export function cancelledUnit(before: StepState, endedMs: number, forced: boolean): StepState {
  const startedMs = "startedMs" in before ? before.startedMs : undefined;
  return { status: "cancelled", startedMs, endedMs, attempts: attemptsOf(before), forced };
}

/** Written out: this runs for every attempt, and a spread costs more than the rest of it. */
function started(before: StepState, elapsedMs: number, attempt: number): StepState {
  const { startedMs, tryingSinceMs, pausedMs, previousDelayMs, interruptions, iteration } = progressOf(
    before,
    elapsedMs,
  );
  const status = "running";
  return { status, attempt, startedMs, tryingSinceMs, pausedMs, previousDelayMs, interruptions, iteration };
}

function progressOf(before: StepState, elapsedMs: number): Progress {
  if (before.status !== "running" && before.status !== "retrying" && before.status !== "repeating") {
    return firstTry(elapsedMs);
  }
  const { attempt, startedMs, previousDelayMs, interruptions, iteration } = before;
  // The time of an iteration's retries begins when it does, not in the delay before it.
  const isFresh = before.status === "repeating";
  const tryingSinceMs = isFresh ? elapsedMs : before.tryingSinceMs;
  const pausedMs = isFresh ? 0 : before.pausedMs;
  return { attempt, startedMs, tryingSinceMs, pausedMs, previousDelayMs, interruptions, iteration };
}

function firstTry(elapsedMs: number): Progress {
  return {
    attempt: 1,
    startedMs: elapsedMs,
    tryingSinceMs: elapsedMs,
    pausedMs: 0,
    previousDelayMs: 0,
    interruptions: 0,
    iteration: 1,
  };
}

/** Attempts that were started, a scheduled one not counted. */
function attemptsOf(step: StepState): number {
  if ("attempts" in step) return step.attempts;
  if (step.status === "running") return step.attempt;
  if (step.status === "mapping") return step.failure?.attempts ?? 0;
  return step.status === "retrying" ? step.attempt - 1 : 0;
}
