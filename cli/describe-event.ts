import type { BusEntry } from "../lib/engine/event-bus.ts";
import type { ErrorRecord, ExecutionEvent } from "../lib/engine/events.ts";
import { describeWait } from "./describe-wait.ts";
import { formatElapsed } from "./elapsed.ts";
import { terminalText } from "./terminal-text.ts";

/** The line for an event where lines cannot be taken back, such as a log of CI. Undefined for what is of no interest. */
export function describeEvent(entry: BusEntry): string | undefined {
  if (!("event" in entry)) return undefined;
  const { event } = entry;
  const words = wordsFor(event);
  if (words === undefined) return undefined;
  const subject = subjectOf(event);
  return subject === undefined ? words : `${subject} ${words}`;
}

/** What the event is about: a step, `step[3]` for one of its items, or what undoes it. */
export function subjectOf(event: ExecutionEvent): string | undefined {
  if (!("stepId" in event) || event.stepId === undefined) return undefined;
  const id = terminalText(event.stepId);
  if ("item" in event && event.item !== undefined) return `${id}[${event.item}]`;
  const isUndo = event.type.startsWith("compensation.") || ("compensating" in event && event.compensating);
  return isUndo ? `${id} (undo)` : id;
}

function wordsFor(event: ExecutionEvent): string | undefined {
  switch (event.type) {
    case "execution.resumed":
      return `goes on after ${formatElapsed(event.downtimeMs)} without a process`;
    case "signal.received":
      return `signal "${terminalText(event.name)}" received`;
    case "step.started":
    case "compensation.started":
      return "started";
    case "step.expanded":
      return `runs for ${event.items} items`;
    case "wait.started":
      return describeWait({
        ...(event.signal !== undefined && { signal: event.signal }),
        ...(event.wakeAt !== undefined && { until: new Date(event.wakeAt).toISOString() }),
      });
    case "attempt.interrupted":
      return `attempt ${event.attempt} ended with its process`;
    case "attempt.failed":
      return `attempt ${event.attempt} failed after ${formatElapsed(event.durationMs)}: ${reason(event.error)}`;
    case "retry.scheduled":
      return `attempt ${event.attempt} follows in ${formatElapsed(event.delayMs)}`;
    case "circuit.opened":
      return `opened the circuit of ${terminalText(event.key)}`;
    case "iteration.completed":
      return `run ${event.iteration} completed in ${formatElapsed(event.durationMs)}`;
    case "step.completed":
      if (event.reusedFrom !== undefined) return `reused from ${terminalText(event.reusedFrom)}`;
      return `completed in ${formatElapsed(event.durationMs)}${attempts(event.attempts)}`;
    case "compensation.completed":
      return `completed in ${formatElapsed(event.durationMs)}${attempts(event.attempts)}`;
    case "step.failed":
    case "item.failed":
    case "compensation.failed":
      return `failed in ${formatElapsed(event.durationMs)}${attempts(event.attempts)}: ${reason(event.error)}`;
    case "step.falling_back":
      return `falls back to ${terminalText(event.fallbackStepId)}`;
    case "step.recovered":
      return `recovered by ${terminalText(event.fallbackStepId)}`;
    case "step.skipped":
      return event.reason === "condition" ? "skipped: its condition is false" : "skipped: no fallback is needed";
    case "step.cancelled":
      return event.forced ? "cancelled: it did not stop in time" : "cancelled";
    default:
      return undefined;
  }
}

function attempts(count: number): string {
  return count > 1 ? ` (${count} attempts)` : "";
}

function reason({ code, message }: ErrorRecord): string {
  return `${terminalText(code)}: ${terminalText(message)}`;
}
