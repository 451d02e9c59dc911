import type { JournalEntry } from "../engine/events.ts";
import type { JsonValue } from "../json.ts";

/**
 * Where a value stands that an execution is resumed from. No two completions of an execution have the same place, which is
 * what "recorded exactly once" means.
 */
export interface CheckpointKey {
  /** A step's id, or `@compensate/<step>`, or `@signal/<name>`: step ids cannot begin so. */
  readonly step: string;
  /** Of a step with `forEach`, or of a signal the sequence of its entry; else -1. */
  readonly item: number;
  /** Of a step with `repeat`, 1-based; 0 for what a step or item comes to in the end. */
  readonly iteration: number;
}

export interface Checkpoint extends CheckpointKey {
  readonly value: JsonValue;
}

/** The value in an entry that a resume needs whole, and its place. */
export function checkpointOf({ event, sequence }: JournalEntry): Checkpoint | undefined {
  switch (event.type) {
    case "step.completed":
      return { step: event.stepId, item: -1, iteration: 0, value: event.output };
    case "item.completed":
      return { step: event.stepId, item: event.item, iteration: 0, value: event.output };
    case "iteration.completed":
      return { step: event.stepId, item: event.item ?? -1, iteration: event.iteration, value: event.output };
    case "compensation.completed":
      return { step: `@compensate/${event.stepId}`, item: -1, iteration: 0, value: event.output };
    case "signal.received":
      return { step: `@signal/${event.name}`, item: sequence, iteration: 0, value: event.payload };
    default:
      return undefined;
  }
}
