import { scalarText } from "../../lib/expression/scalar-text.ts";
import { workflowIdOf } from "../../lib/workflow-reference.ts";
import type { Step, Wait, Workflow, WorkflowReference } from "../../lib/workflow.ts";
import { formatDuration } from "../duration.ts";
import { printExpression } from "../print-expression.ts";

/** A workflow as something to draw. */
export interface WorkflowGraph {
  readonly name: string;
  readonly description: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  readonly id: string;
  readonly kind: Step["kind"];
  readonly name?: string;
  /** What it does: the agent or workflow it calls, or what it waits for. */
  readonly does: string;
  /** What else decides about its run, such as `if input.urgent`. */
  readonly notes: readonly string[];
}

/** `"fallback"` leads from a step to the one that runs if it fails. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: "dependency" | "fallback";
}

/** The graph of a workflow: its steps in their order, and what each of them waits for. */
export function workflowGraph({ metadata, version, steps }: Workflow): WorkflowGraph {
  const fallbacks = steps.flatMap(({ id, fallbackStepId }): GraphEdge[] =>
    fallbackStepId === undefined ? [] : [{ from: id, to: fallbackStepId, kind: "fallback" }],
  );
  // A fallback that reads its owner's error depends on it as well: one line says both.
  const isFallback = (from: string, to: string): boolean =>
    fallbacks.some((edge) => edge.from === from && edge.to === to);
  const dependencies = steps.flatMap(({ id, dependencies: sources }) =>
    sources
      .filter((source) => !isFallback(source, id))
      .map((source): GraphEdge => ({ from: source, to: id, kind: "dependency" })),
  );
  const name = metadata.name === metadata.id ? metadata.id : `${metadata.name} (${metadata.id})`;
  return {
    name: `${name} ${version}`,
    description: metadata.description ?? `${steps.length} step${steps.length === 1 ? "" : "s"}`,
    nodes: steps.map(nodeOf),
    edges: [...dependencies, ...fallbacks],
  };
}

function nodeOf(step: Step): GraphNode {
  return {
    id: step.id,
    kind: step.kind,
    ...(step.name !== undefined && { name: step.name }),
    does: doesOf(step),
    notes: notesOf(step),
  };
}

function doesOf(step: Step): string {
  switch (step.kind) {
    case "agent":
      return step.agent.version === undefined ? step.agent.id : `${step.agent.id} ${step.agent.version}`;
    case "workflow":
      return childText(step.workflow);
    case "wait":
      return waitText(step.wait);
  }
}

/** Of a file both: the workflow is known by its id, and found by the file. */
function childText(reference: WorkflowReference): string {
  const text = `workflow ${workflowIdOf(reference)}`;
  return "file" in reference ? `${text} (${reference.file})` : text;
}

function waitText(wait: Wait): string {
  switch (wait.kind) {
    case "duration":
      return `wait ${durationText(wait.ms)}`;
    case "until":
      return `wait until ${wait.time.kind === "literal" ? scalarText(wait.time.value) : "a time"}`;
    case "signal":
      return `wait for "${wait.name}"${wait.timeoutMs === undefined ? "" : `, ${durationText(wait.timeoutMs)}`}`;
  }
}

function notesOf(step: Step): readonly string[] {
  const notes = step.condition === undefined ? [] : [`if ${printExpression(step.condition)}`];
  if (step.kind !== "wait") {
    const { forEach, repeat, compensate } = step;
    if (forEach !== undefined) notes.push(`each ${printExpression(forEach.items)}`);
    if (repeat !== undefined) notes.push(`until ${printExpression(repeat.until)}`);
    if (compensate !== undefined) notes.push(`undo ${compensate.agent.id}`);
  }
  if (step.onError === "continue" || step.onError === "retry") notes.push(`on error ${step.onError}`);
  return notes;
}

function durationText(ms: number): string {
  const text = formatDuration(ms);
  return typeof text === "number" ? `${text}ms` : text;
}
