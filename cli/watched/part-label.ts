import type { ExecutionEvent } from "../../lib/engine/events.ts";

/** The part of a step that an event is about: `[3]` for an item, `undo` for its compensation, undefined for the step. */
export function partLabel(event: ExecutionEvent): string | undefined {
  if ("item" in event && event.item !== undefined) return `[${event.item}]`;
  const isUndo = event.type.startsWith("compensation.") || ("compensating" in event && event.compensating);
  return isUndo ? "undo" : undefined;
}
