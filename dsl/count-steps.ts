import { fileWorkflows } from "../lib/workflow-reference.ts";
import type { Workflow } from "../lib/workflow.ts";

/** Steps of a workflow as it is written, those of its files included: each as often as it is named. */
export const maxSteps = 10_000;

const known = new WeakMap<Workflow, number>();

/** Each object is counted once, since a file that is named twice in each of many files stands for very many steps. */
export function countSteps(workflow: Workflow): number {
  const counted = known.get(workflow);
  if (counted !== undefined) return counted;
  const total = fileWorkflows(workflow).reduce((sum, child) => sum + countSteps(child), workflow.steps.length);
  known.set(workflow, total);
  return total;
}
