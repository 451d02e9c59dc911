import type { BusEntry } from "../lib/engine/event-bus.ts";
import type { ErrorRecord, ExecutionEvent } from "../lib/engine/events.ts";
import { formatElapsed } from "./elapsed.ts";
import { terminalText } from "./terminal-text.ts";

/** The line for an event where lines cannot be taken back, such as a log of CI. Undefined for what is of no interest. */
export function describeEvent(entry: BusEntry): string | undefined {
  if (!("event" in entry)) return undefined;
  const { event } = entry;
  const words = wordsFor(event);
  if (words === undefined) return undefined;
  return "stepId" in event && event.stepId !== undefined ? `${terminalText(event.stepId)} ${words}` : words;
}

function wordsFor(event: ExecutionEvent): string | undefined {
  switch (event.type) {
    case "step.started":
      return "started";
    case "attempt.failed":
      return `attempt ${event.attempt} failed after ${formatElapsed(event.durationMs)}: ${reason(event.error)}`;
    case "retry.scheduled":
      return `attempt ${event.attempt} follows in ${formatElapsed(event.delayMs)}`;
    case "circuit.opened":
      return `opened the circuit of ${terminalText(event.key)}`;
    case "step.completed":
      return `completed in ${formatElapsed(event.durationMs)}${attempts(event.attempts)}`;
    case "step.failed":
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
