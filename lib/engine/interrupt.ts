import { StepInterruptedError } from "../errors.ts";
import { errorRecord } from "./error-record.ts";
import type { ExecutionEvent, UnitAddress } from "./events.ts";
import type { PlannedStep } from "./plan.ts";
import { callOf } from "./live-unit.ts";
import { roundMs } from "./round-ms.ts";
import type { ExecutionState, Progress } from "./state.ts";
import type { RunCore } from "./run-core.ts";
import { addressOf } from "./unit-address.ts";
import { cancelUnit, failUnit } from "./unit-end.ts";

/** A step whose attempts end with their process this many times in a row is taken to be what ends it. */
const maxInterruptions = 10;

/**
 * What it means that the process of an attempt is gone. The step runs again, unless its agent must not be called twice or
 * it seems to be what brings processes down. Pure.
 */
function interruptAttempt(
  state: ExecutionState,
  planned: PlannedStep,
  address: UnitAddress,
  progress: Progress,
  semantics: "at-least-once" | "at-most-once",
): readonly ExecutionEvent[] {
  const { attempt, interruptions, startedMs } = progress;
  const interrupted: ExecutionEvent = { type: "attempt.interrupted", ...address, attempt };
  if (state.stopping !== undefined && !address.compensating) {
    const cancelled = cancelUnit(address, true);
    return cancelled === undefined ? [interrupted] : [interrupted, cancelled];
  }
  const why = reason(semantics, interruptions);
  if (why === undefined) return [interrupted];
  const error = new StepInterruptedError(`Cannot tell what came of step "${planned.id}": ${why}`, {
    attempts: attempt,
  });
  const durationMs = roundMs(state.elapsedMs - startedMs);
  return [interrupted, failUnit(planned, address, errorRecord(error, false, attempt), attempt, durationMs)];
}

function reason(semantics: "at-least-once" | "at-most-once", interruptions: number): string | undefined {
  if (semantics === "at-most-once") return "its process ended during an attempt that must not happen twice";
  if (interruptions + 1 < maxInterruptions) return undefined;
  return `its process ended during each of ${interruptions + 1} attempts, so the step may be what ends it`;
}

/** Records what became of all attempts that were in flight. Gives the units that run a child: those go on. */
export function interruptRunning(run: RunCore): readonly number[] {
  const children: number[] = [];
  for (const [unit, current] of run.state.units.entries()) {
    const call = current.status === "running" ? callOf(run, unit) : undefined;
    if (current.status !== "running" || call === undefined) continue;
    if (call.isChild) {
      children.push(unit);
      continue;
    }
    const { semantics = "at-least-once" } = call.agent;
    const events = interruptAttempt(run.state, call.planned, addressOf(run.state, unit), current, semantics);
    for (const event of events) run.record(event);
  }
  return children;
}
