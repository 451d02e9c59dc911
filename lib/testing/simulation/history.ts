import type { ExecutionEvent, JournalEntry, UnitAddress } from "../../engine/events.ts";
import { plan, type Plan } from "../../engine/plan.ts";
import type { MemoryJournal } from "../../journal/memory-journal.ts";
import type { Workflow } from "../../workflow.ts";
import type { Commit, Recorder } from "./recorder.ts";

/** What the journal says of one execution when all is over. */
export interface History {
  readonly executionId: string;
  readonly plan: Plan;
  readonly entries: readonly JournalEntry[];
  /** For each entry, the write that kept it. */
  readonly commits: readonly Commit[];
  /** For each entry, the number of that write, 1-based, over all executions. */
  readonly commitNumbers: readonly number[];
  readonly parent: Extract<ExecutionEvent, { type: "execution.created" }>["parent"];
}

/** Tells what is wrong with one execution. */
export type Complain = (what: string) => void;

/** Plans each workflow once. */
export class Plans {
  readonly #plans = new Map<Workflow, Plan>();

  of(workflow: Workflow): Plan {
    const known = this.#plans.get(workflow);
    if (known !== undefined) return known;
    const planned = plan(workflow);
    this.#plans.set(workflow, planned);
    return planned;
  }
}

export async function readHistories(
  disk: MemoryJournal,
  plans: Plans,
  recorder: Recorder,
): Promise<readonly History[]> {
  const histories: History[] = [];
  for (const executionId of new Set([...recorder.commitOf.keys(), ...recorder.started])) {
    const stored = await disk.load(executionId);
    if (stored === undefined) {
      recorder.violation(executionId, "its start was acknowledged, and the journal has nothing of it");
      continue;
    }
    const entries = await disk.read(executionId);
    const commitNumbers = recorder.commitOf.get(executionId) ?? [];
    const commits = commitNumbers.flatMap((number) => recorder.commits[number - 1] ?? []);
    if (commits.length !== entries.length) {
      recorder.violation(executionId, `${commits.length} entries were kept, and ${entries.length} are there`);
    }
    const created = entries[0]?.event;
    const parent = created?.type === "execution.created" ? created.parent : undefined;
    histories.push({ executionId, plan: plans.of(stored.workflow), entries, commits, commitNumbers, parent });
  }
  return histories;
}

/** The unit that an event is about: a step, an item of one, or what undoes it. Undefined for events about none. */
export function unitIn(event: ExecutionEvent): string | undefined {
  if (!("stepId" in event) || event.stepId === undefined) return undefined;
  const { stepId } = event;
  if (event.type.startsWith("compensation.") || ("compensating" in event && event.compensating)) {
    return `${stepId}/compensate`;
  }
  return "item" in event && event.item !== undefined ? `${stepId}:${event.item}` : stepId;
}

/** The key that every call of a unit must carry. */
export function expectedKey(executionId: string, address: UnitAddress, iteration: number): string {
  const { stepId, item, compensating } = address;
  return [
    `${executionId}:${stepId}`,
    item === undefined ? "" : `:${item}`,
    iteration === 1 ? "" : `~${iteration}`,
    compensating ? "/compensate" : "",
  ].join("");
}
