import type { Complain, History } from "./history.ts";

/** What completed and can be undone is undone when the execution fails or is cancelled: the last first, one by one, all. */
export function checkCompensations({ plan, entries }: History, complain: Complain): void {
  const toUndo: string[] = [];
  let undoing: string | undefined;
  for (const { event, sequence } of entries) {
    switch (event.type) {
      case "step.completed":
        if (plan.steps[plan.indexOf.get(event.stepId) ?? -1]?.isCompensated === true) toUndo.push(event.stepId);
        break;
      case "compensation.started":
        if (undoing !== undefined) complain(`${event.stepId} is undone at #${sequence} while ${undoing} is`);
        undoing = event.stepId;
        break;
      case "compensation.completed":
      case "compensation.failed": {
        const next = toUndo.pop();
        if (next !== event.stepId) complain(`${event.stepId} is undone at #${sequence}, and ${next} comes first`);
        undoing = undefined;
        break;
      }
      case "execution.failed":
      case "execution.cancelled":
        // One whose output has no value failed when all its steps had done their work.
        if (toUndo.length > 0 && hasStopped(entries.map((entry) => entry.event.type))) {
          complain(`${toUndo.join(", ")} should have been undone`);
        }
        break;
      default:
    }
  }
  if (undoing !== undefined && entries.at(-1)?.event.type === "execution.completed") complain("a success was undone");
}

function hasStopped(types: readonly string[]): boolean {
  return types.includes("execution.failing") || types.includes("execution.cancelling");
}
