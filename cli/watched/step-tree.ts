import type { ExecutionView, StepView } from "../../lib/engine/view.ts";
import type { JsonValue } from "../../lib/json.ts";
import type { Branches, Child } from "./branches.ts";
import { elapsedOf, type ExecutionPicture } from "./execution-picture.ts";

/** A step, an item of one, or what undoes one, with what runs below it. */
export interface StepNode {
  /** The step's id; of a part of a step `[3]` or `undo`. */
  readonly label: string;
  readonly step: StepView;
  /** What its agent said last, while it runs. */
  readonly progress?: JsonValue | undefined;
  /** Milliseconds since the execution was created that the times of `step` count from. */
  readonly nowMs: number;
  readonly below: readonly StepNode[];
}

/** The steps of an execution, in the order of its workflow, with their items and children that run. Pure. */
export function stepTree(view: ExecutionView, branches: Branches): readonly StepNode[] {
  return nodesOf(view, branches, elapsedOf(view));
}

function nodesOf(view: ExecutionView, branches: Branches, nowMs: number): readonly StepNode[] {
  const { executionId } = view;
  const picture = branches.picture(executionId);
  return Object.entries(view.steps).map(([label, step]): StepNode => {
    const children = branches.children(executionId, label);
    const said = step.status === "running" ? branches.progress(executionId, label) : undefined;
    const childrenOf = (part: string | undefined): readonly StepNode[] =>
      children.filter((child) => child.label === part).flatMap((child) => childNodes(child, view, branches, nowMs));
    return {
      label,
      step,
      nowMs,
      progress: said,
      below: [...partNodes(picture, label, nowMs, childrenOf), ...childrenOf(undefined)],
    };
  });
}

function partNodes(
  picture: ExecutionPicture | undefined,
  stepId: string,
  nowMs: number,
  childrenOf: (label: string) => readonly StepNode[],
): readonly StepNode[] {
  const parts = picture?.parts(stepId, nowMs) ?? [];
  return parts.map(([label, step]): StepNode => ({ label, step, nowMs, below: childrenOf(label) }));
}

/** A child counts its time from its own creation. */
function childNodes({ picture }: Child, parent: ExecutionView, branches: Branches, nowMs: number): readonly StepNode[] {
  const laterMs = Date.parse(picture.createdAt) - Date.parse(parent.createdAt);
  const childNowMs = Math.max(0, nowMs - laterMs);
  return nodesOf(picture.view(childNowMs), branches, childNowMs);
}
