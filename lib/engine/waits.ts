import { ExpressionError, TimeoutError } from "../errors.ts";
import { renderTemplate } from "../expression/render-template.ts";
import { isIsoTime } from "../iso-time.ts";
import type { Wait } from "../workflow.ts";
import { errorRecord } from "./error-record.ts";
import type { ExecutionEvent } from "./events.ts";
import { failStep } from "./fail-step.ts";
import type { PlannedStep } from "./plan.ts";
import { roundMs } from "./round-ms.ts";
import { executionScope } from "./scope.ts";
import type { ExecutionState, StepState } from "./state.ts";

/** What the start of a wait is recorded as; a time that is none fails the step. `wall` is now, since the epoch. */
export function startWait(state: ExecutionState, planned: PlannedStep, wait: Wait, wall: number): ExecutionEvent {
  const stepId = planned.id;
  if (wait.kind === "duration") return { type: "wait.started", stepId, wakeAt: wall + wait.ms };
  if (wait.kind === "signal") {
    const { name: signal, timeoutMs } = wait;
    return { type: "wait.started", stepId, signal, ...(timeoutMs !== undefined && { wakeAt: wall + timeoutMs }) };
  }
  try {
    return { type: "wait.started", stepId, wakeAt: timeOf(renderTemplate(wait.time, executionScope(state)), stepId) };
  } catch (error) {
    return failStep(planned, errorRecord(error, false, 0), 0, 0);
  }
}

/** What the end of a wait's time means: a wait for a time has done its work, one for a signal has failed. */
export function endWait(
  planned: PlannedStep,
  current: Extract<StepState, { status: "waiting" }>,
  nowMs: number,
): ExecutionEvent {
  const durationMs = roundMs(nowMs - current.startedMs);
  if (current.signal === undefined) {
    return { type: "step.completed", stepId: planned.id, output: null, attempts: 1, durationMs };
  }
  const timeout = Math.round(durationMs);
  const message = `Cannot complete step "${planned.id}": no signal "${current.signal}" came within ${timeout} ms`;
  return failStep(planned, errorRecord(new TimeoutError(message, { timeout }), false, 1), 1, durationMs);
}

function timeOf(value: unknown, stepId: string): number {
  const time = typeof value === "string" && isIsoTime(value) ? Date.parse(value) : NaN;
  if (!Number.isNaN(time)) return time;
  throw new ExpressionError(
    "EXPR_TYPE_MISMATCH",
    `Cannot wait in step "${stepId}": "until" must be an ISO 8601 time with an offset, such as "2027-01-31T09:00:00Z"`,
  );
}

/** When the first wait of an execution is over, in milliseconds since the epoch; undefined when none ends by itself. */
export function nextWakeAt({ units, createdAt }: ExecutionState): number | undefined {
  let first = Infinity;
  for (const unit of units) {
    if (unit.status === "waiting") first = Math.min(first, unit.wakeAt ?? Infinity);
    else if (unit.status === "repeating") first = Math.min(first, createdAt + unit.wakeMs);
  }
  return first === Infinity ? undefined : Math.ceil(first);
}
