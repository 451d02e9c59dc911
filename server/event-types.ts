import type { EventType } from "../lib/engine/events.ts";

/** Every type of event. Total, so a new one does not compile before clients can ask for it. */
const eventTypes: Readonly<Record<EventType, true>> = {
  "execution.created": true,
  "execution.started": true,
  "execution.resumed": true,
  "execution.failing": true,
  "execution.cancelling": true,
  "execution.completed": true,
  "execution.failed": true,
  "execution.cancelled": true,
  "signal.received": true,
  "step.ready": true,
  "step.started": true,
  "step.expanded": true,
  "item.started": true,
  "item.completed": true,
  "item.failed": true,
  "item.cancelled": true,
  "wait.started": true,
  "attempt.started": true,
  "attempt.failed": true,
  "attempt.interrupted": true,
  "attempt.late": true,
  "retry.scheduled": true,
  "timeout.fired": true,
  "circuit.opened": true,
  "circuit.half_opened": true,
  "circuit.closed": true,
  "circuit.rejected": true,
  "bulkhead.rejected": true,
  "rate_limit.rejected": true,
  "iteration.completed": true,
  "step.completed": true,
  "step.failed": true,
  "step.falling_back": true,
  "step.recovered": true,
  "step.skipped": true,
  "step.cancelled": true,
  "compensation.started": true,
  "compensation.completed": true,
  "compensation.failed": true,
};

export function isEventType(text: string): text is EventType {
  return Object.hasOwn(eventTypes, text);
}

const endings: ReadonlySet<EventType> = new Set(["execution.completed", "execution.failed", "execution.cancelled"]);

/** Whether an event of this type is the last one of its execution. */
export function isLastEvent(type: EventType): boolean {
  return endings.has(type);
}
