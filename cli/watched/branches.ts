import type { BusEntry, ProgressNote } from "../../lib/engine/event-bus.ts";
import type { JournalEntry } from "../../lib/engine/events.ts";
import type { ExecutionView } from "../../lib/engine/view.ts";
import type { JsonValue } from "../../lib/json.ts";
import { ExecutionPicture } from "./execution-picture.ts";

/** An execution that a step runs, or one of a step's items. */
export interface Child {
  /** The item's label, such as `[3]`. */
  readonly label: string | undefined;
  readonly picture: ExecutionPicture;
}

/**
 * What runs below the steps of a run, by the events that were heard: items, what undoes steps, and the executions that steps
 * run as children. It keeps no more than what is under way.
 */
export class Branches {
  readonly #pictures = new Map<string, ExecutionPicture>();
  /** Children by the execution and the step that run them, and by their own ids. */
  readonly #children = new Map<string, Map<string, Child>>();
  readonly #parents = new Map<string, string>();
  readonly #progress = new Map<string, Map<string, JsonValue>>();

  take(entry: BusEntry): void {
    if (!("event" in entry)) return this.#note(entry);
    const { executionId, event } = entry;
    const known = this.#pictures.get(executionId);
    const picture = known ?? new ExecutionPicture(begun(entry));
    if (known === undefined) this.#pictures.set(executionId, picture);
    if (event.type === "execution.created" && event.parent !== undefined) {
      const { item } = event.parent;
      const key = keyOf(event.parent.executionId, event.parent.stepId);
      const children = this.#children.get(key) ?? new Map<string, Child>();
      this.#children.set(
        key,
        children.set(executionId, { label: item === undefined ? undefined : `[${item}]`, picture }),
      );
      this.#parents.set(executionId, key);
    }
    picture.take(entry);
    if (picture.isOver) this.#forget(executionId);
  }

  /** What was heard of an execution. */
  picture(executionId: string): ExecutionPicture | undefined {
    return this.#pictures.get(executionId);
  }

  children(executionId: string, stepId: string): readonly Child[] {
    return [...(this.#children.get(keyOf(executionId, stepId))?.values() ?? [])];
  }

  /** What the step's agent last said of its progress. */
  progress(executionId: string, stepId: string): JsonValue | undefined {
    return this.#progress.get(executionId)?.get(stepId);
  }

  #note({ executionId, stepId, progress }: ProgressNote): void {
    const notes = this.#progress.get(executionId) ?? new Map<string, JsonValue>();
    this.#progress.set(executionId, notes.set(stepId, progress));
  }

  #forget(executionId: string): void {
    this.#pictures.delete(executionId);
    this.#progress.delete(executionId);
    const key = this.#parents.get(executionId);
    this.#parents.delete(executionId);
    if (key === undefined) return;
    const children = this.#children.get(key);
    children?.delete(executionId);
    if (children?.size === 0) this.#children.delete(key);
  }
}

function keyOf(executionId: string, stepId: string): string {
  return `${executionId} ${stepId}`;
}

/** The view of an execution of which nothing is known but its first event, or a later one. */
function begun({ executionId, sequence, event }: JournalEntry): ExecutionView {
  const created = event.type === "execution.created" ? event : undefined;
  const { workflowId = "", workflowVersion = "", workflowHash = "", createdAt = 0, input = null } = created ?? {};
  return {
    executionId,
    status: "queued",
    workflow: { id: workflowId, name: workflowId, version: workflowVersion, hash: workflowHash },
    correlationId: created?.correlationId ?? executionId,
    createdAt: new Date(createdAt).toISOString(),
    sequence: sequence - 1,
    ...(created?.parent !== undefined && { parentId: created.parent.executionId }),
    progress: { total: 0, settled: 0, running: 0 },
    input,
    steps: {},
  };
}
