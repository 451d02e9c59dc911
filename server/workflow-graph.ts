import { workflowIdOf } from "../lib/workflow-reference.ts";
import type { Step, Workflow } from "../lib/workflow.ts";

/** Who waits for whom in a workflow, to be drawn. */
export interface WorkflowGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  /** The step's. */
  readonly id: string;
  readonly kind: Step["kind"];
  readonly name?: string;
  /** What it calls: the id of an agent or of a workflow. */
  readonly calls?: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** `"fallback"`: `to` runs only if `from` fails. */
  readonly kind: "dependency" | "fallback";
}

export function graphOf({ steps }: Workflow): WorkflowGraph {
  return { nodes: steps.map(nodeOf), edges: steps.flatMap(edgesOf) };
}

function nodeOf(step: Step): GraphNode {
  const { id, kind, name } = step;
  const calls = calledBy(step);
  return { id, kind, ...(name !== undefined && { name }), ...(calls !== undefined && { calls }) };
}

function calledBy(step: Step): string | undefined {
  switch (step.kind) {
    case "agent":
      return step.agent.id;
    case "workflow":
      return workflowIdOf(step.workflow);
    case "wait":
      return undefined;
  }
}

function edgesOf({ id, dependencies, fallbackStepId }: Step): readonly GraphEdge[] {
  const waits = dependencies.map((from): GraphEdge => ({ from, to: id, kind: "dependency" }));
  return fallbackStepId === undefined ? waits : [...waits, { from: id, to: fallbackStepId, kind: "fallback" }];
}
