import type { Expression, ReferenceRoot, Step, Template } from "../lib/workflow.ts";

/** The places of a step that hold expressions. They do not all see the same: {@link seesRoot}. */
export type StepPart = "condition" | "items" | "input" | "config" | "target" | "key" | "until" | "compensate" | "time";

/** What a step evaluates, and which part of it that is. */
export function stepParts(step: Step): readonly (readonly [StepPart, Template | Expression])[] {
  const parts: (readonly [StepPart, Template | Expression | undefined])[] = [["condition", step.condition]];
  if (step.kind === "wait") parts.push(["time", step.wait.kind === "until" ? step.wait.time : undefined]);
  else {
    parts.push(
      ["items", step.forEach?.items],
      ["input", step.input],
      ["config", step.kind === "agent" ? step.agent.config : undefined],
      ["until", step.repeat?.until],
      ["compensate", step.compensate?.input],
      ["compensate", step.compensate?.agent.config],
      ["target", step.policies.circuitBreaker?.target],
      ["key", step.policies.idempotencyKey],
    );
  }
  return parts.flatMap(([part, content]) => (content === undefined ? [] : [[part, content] as const]));
}

/** What is evaluated for each item of a step with `forEach`; the rest is evaluated once, before or after. */
const perItem: ReadonlySet<StepPart> = new Set<StepPart>(["input", "config", "target", "key", "until"]);

/** Whether a root stands for something in a part of a step. */
export function seesRoot(part: StepPart, root: ReferenceRoot, hasForEach: boolean): boolean {
  if (root === "output") return part === "until";
  return (root !== "item" && root !== "index") || (hasForEach && perItem.has(part));
}
