import type { ErrorRecord, ExecutionEvent, JournalEntry } from "../lib/engine/events.ts";

const maxLines = 60;

/** What happened, one line an event that says something, with its time. For messages of failed tests. */
export function timeline(entries: readonly JournalEntry[]): string {
  const lines = entries.flatMap(({ elapsedMs, event }) => {
    const words = wordsFor(event);
    return words === undefined ? [] : [{ at: `+${duration(elapsedMs)}`, who: subjectOf(event), words }];
  });
  if (lines.length === 0) return "  nothing happened";
  const shown = lines.length > maxLines ? [...lines.slice(0, maxLines / 2), ...lines.slice(-maxLines / 2)] : lines;
  const width = (of: "at" | "who"): number => Math.max(...shown.map((line) => line[of].length));
  const [atWidth, whoWidth] = [width("at"), width("who")];
  const text = shown.map(({ at, who, words }) => `  ${at.padStart(atWidth)}  ${who.padEnd(whoWidth)}  ${words}`);
  if (shown.length < lines.length) text.splice(maxLines / 2, 0, `  … ${lines.length - shown.length} more …`);
  return text.join("\n");
}

/** Milliseconds in the largest unit that keeps them readable. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Math.round(ms / 100) / 10} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 6_000) / 10} min`;
  return `${Math.round(ms / 360_000) / 10} h`;
}

/** The step, `step[3]` for one of its items, or the execution. */
export function subjectOf(event: ExecutionEvent): string {
  if (!("stepId" in event) || event.stepId === undefined) return "execution";
  const isUndo = event.type.startsWith("compensation.") || ("compensating" in event && event.compensating);
  if (isUndo) return `${event.stepId} (undo)`;
  return "item" in event && event.item !== undefined ? `${event.stepId}[${event.item}]` : event.stepId;
}

function wordsFor(event: ExecutionEvent): string | undefined {
  switch (event.type) {
    case "execution.created":
      return `created ${event.workflowId}`;
    case "execution.resumed":
      return `resumed after ${duration(event.downtimeMs)}`;
    case "execution.cancelling":
      return `is being cancelled: ${event.reason}`;
    case "execution.failing":
      return `is failing: ${reason(event.error)}`;
    case "execution.failed":
      return `failed: ${reason(event.error)}`;
    case "signal.received":
      return `received signal "${event.name}"`;
    case "step.expanded":
      return `runs for ${event.items} items`;
    case "wait.started":
      return event.signal === undefined ? "waits" : `waits for signal "${event.signal}"`;
    case "attempt.failed":
      return `attempt ${event.attempt} failed: ${reason(event.error)}`;
    case "attempt.interrupted":
      return `attempt ${event.attempt} ended with its process`;
    case "retry.scheduled":
      return `attempt ${event.attempt} follows in ${duration(event.delayMs)}`;
    case "timeout.fired":
      return `attempt ${event.attempt} timed out after ${duration(event.timeoutMs)}`;
    case "circuit.opened":
    case "circuit.rejected":
    case "bulkhead.rejected":
    case "rate_limit.rejected":
      return `${event.type.replaceAll(/[._]/g, " ")}: ${event.key}`;
    case "step.falling_back":
      return `falls back to ${event.fallbackStepId}`;
    case "step.recovered":
      return `recovered by ${event.fallbackStepId}`;
    case "step.skipped":
      return event.reason === "condition" ? "skipped: its condition is false" : "skipped: no fallback is needed";
    case "step.failed":
    case "item.failed":
    case "compensation.failed":
      return `failed: ${reason(event.error)}`;
    case "step.started":
    case "item.started":
    case "compensation.started":
    case "step.completed":
    case "item.completed":
    case "iteration.completed":
    case "compensation.completed":
    case "step.cancelled":
    case "item.cancelled":
    case "execution.completed":
    case "execution.cancelled":
      return event.type.slice(event.type.indexOf(".") + 1);
    default:
      return undefined;
  }
}

function reason({ code, message }: ErrorRecord): string {
  return `${code}: ${message}`;
}
