import type { ChangePath } from "./value-changes.ts";

/**
 * What a change means for an execution that was started before it. It is safe if the execution could go on under the new
 * workflow: everything recorded would still be what the new workflow asks for, and only what is to come would differ.
 */
export interface Verdict {
  readonly isSafe: boolean;
  readonly reason: string;
}

const safe = (reason: string): Verdict => ({ isSafe: true, reason });
const unsafe = (reason: string): Verdict => ({ isSafe: false, reason });

export const verdicts = {
  added: safe("nothing is recorded of it yet; it runs when its turn comes"),
  removed: unsafe("what is recorded of it would belong to no step"),
  renamed: unsafe("records are kept by the step's id; run --reuse takes over what its agent gave"),
  moved: safe("the order of steps only decides which of several ready ones goes first"),
  dependencyAdded: unsafe("the step may have started without waiting for it"),
  dependencyRemoved: safe("a step that waited for more than it must has waited for enough"),
  variableRead: unsafe("steps read it, and what they did with the old value is recorded"),
  variableUnread: safe("nothing that is recorded read it"),
  versionRead: unsafe("steps read workflow.version, and what they did with the old one is recorded"),
  versionUnread: safe("no step reads workflow.version"),
  environmentAdded: unsafe("an execution has the variables that were recorded when it began"),
  environmentRemoved: safe("nothing reads it any more"),
  secretAdded: safe("whoever goes on with an execution looks its secrets up again"),
  secretRemoved: safe("nothing that is still to come is given it"),
  unknown: unsafe("nothing is known that makes it safe"),
} as const;

const shown = safe("it is only shown");
const ahead = safe("it decides about what is still to come");
const output = unsafe("a recorded output came from the old call");
const wake = safe("a wait that is under way keeps the time that was recorded when it began");

/** The first pattern that a path begins with decides; `*` is any key. */
const rules: readonly (readonly [pattern: readonly string[], verdict: Verdict])[] = [
  [["metadata", "id"], unsafe("it would be an execution of another workflow")],
  [["metadata"], shown],
  [["input"], unsafe("the recorded input was checked, and its defaults were filled in, by the old schema")],
  [["output"], safe("the result is made when all steps have settled")],
  [["policies", "timeout"], ahead],
  [["policies", "resilience"], ahead],
  [["policies", "concurrency"], ahead],
  [["policies", "cancellation"], ahead],
  [["policies", "budget"], safe("what was used up is recorded and counts; the new bounds apply from then on")],
  [["steps", "*", "name"], shown],
  [["steps", "*", "description"], shown],
  [["steps", "*", "agent"], output],
  [["steps", "*", "workflow"], unsafe("a child of the old workflow may be running, or its output recorded")],
  [["steps", "*", "wait", "signal"], unsafe("a signal that was recorded, or is under way, has the old name")],
  [["steps", "*", "wait"], wake],
  [["steps", "*", "input"], output],
  [["steps", "*", "condition"], unsafe("that the step was run or skipped is recorded by the old condition")],
  [["steps", "*", "forEach", "maxConcurrency"], ahead],
  [["steps", "*", "forEach"], unsafe("outputs are recorded of the old items")],
  [["steps", "*", "repeat", "delay"], ahead],
  [["steps", "*", "repeat"], unsafe("that the step went on or stopped is recorded by the old condition")],
  [["steps", "*", "onError"], unsafe("a recorded failure was dealt with by the old rule")],
  [["steps", "*", "fallbackStepId"], unsafe("a recorded failure was dealt with by the old rule")],
  [["steps", "*", "output", "redact"], shown],
  [["steps", "*", "output"], unsafe("a recorded output was checked by the old schema")],
  [["steps", "*", "compensate"], unsafe("an execution that is being undone has recorded what the old one undid")],
  [["steps", "*", "policies", "timeout"], ahead],
  [["steps", "*", "policies", "retry"], ahead],
  [["steps", "*", "policies", "circuitBreaker"], ahead],
  [["steps", "*", "policies", "bulkhead"], ahead],
  [["steps", "*", "policies", "rateLimit"], ahead],
  [["steps", "*", "policies", "idempotencyKey"], unsafe("an attempt may have been made under the old key")],
];

/** The verdict on a change at this path, as far as the path tells it. */
export function verdictOf(path: ChangePath): Verdict {
  const rule = rules.find(([pattern]) => pattern.every((key, index) => matches(key, path[index])));
  return rule?.[1] ?? verdicts.unknown;
}

function matches(key: string, part: string | number | undefined): boolean {
  return part !== undefined && (key === "*" || key === part);
}
