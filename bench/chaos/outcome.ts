import type { ExecutionEvent } from "orchestr8";
import type { Stored, StoredExecution } from "./stored.bun.ts";
import type { Trial } from "./trial.ts";

/** What an execution came to, in terms that are the same for every run of its shape. */
export interface Outcome {
  readonly ending: Omit<NonNullable<Trial["ending"]>, "type">;
  /** With the children. */
  readonly executions: readonly string[];
  readonly checkpoints: readonly string[];
  /** Idempotency keys under which agents were called. */
  readonly keys: readonly string[];
}

export function outcomeOf(trial: Trial, { executions }: Stored): Outcome {
  const names = namesOf(executions);
  const { type: _, ...ending } = trial.ending ?? { type: "ended", status: "unknown" };
  return {
    ending,
    executions: executions.map(({ id, status }) => `${names.get(id)} ${status}`).toSorted(),
    checkpoints: executions.flatMap((execution) => placesOf(execution, names)).toSorted(),
    keys: [...new Set(trial.effects())].map((key) => named(key, names)).toSorted(),
  };
}

/** Ids are drawn, and those of children follow from their parents': names say where an execution belongs instead. */
function namesOf(executions: readonly StoredExecution[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { id, events } of executions) {
    const parent = createdIn(events)?.parent;
    const item = parent?.item === undefined ? "" : `:${parent.item}`;
    names.set(id, parent === undefined ? "run" : `${names.get(parent.executionId)}/${parent.stepId}${item}`);
  }
  return names;
}

function createdIn([first]: readonly ExecutionEvent[]) {
  return first?.type === "execution.created" ? first : undefined;
}

function named(key: string, names: ReadonlyMap<string, string>): string {
  const [id = "", ...rest] = key.split(":");
  return [names.get(id) ?? "nobody", ...rest].join(":");
}

/** A signal's place holds the sequence of its entry, which depends on what came before: here they are counted. */
function placesOf({ id, checkpoints }: StoredExecution, names: ReadonlyMap<string, string>): readonly string[] {
  let signals = 0;
  return checkpoints.map(({ step, item, iteration }) => {
    const place = step.startsWith("@signal/") ? ++signals : item;
    return `${names.get(id)}:${step} ${place} ${iteration}`;
  });
}
