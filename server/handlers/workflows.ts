import { workflowGraph } from "../../dsl/graph/workflow-graph.ts";
import { createHash } from "node:crypto";
import type { Engine } from "../../lib/engine/engine.ts";
import { workflowHash } from "../../lib/workflow-hash.ts";
import type { Workflow } from "../../lib/workflow.ts";
import { tagged } from "../etag.ts";
import { HttpProblem } from "../problem.ts";
import type { Handler } from "../route.ts";

/** The registered workflows, by id. */
export function listWorkflows({ workflows }: Pick<Engine, "workflows">): Handler {
  const body = { workflows: [...workflows.values()].map(summaryOf).toSorted(byId) };
  const tag = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  return (request) => tagged(request, tag, body);
}

/** A registered workflow: its AST, and its steps as a graph. */
export function getWorkflow({ workflows }: Pick<Engine, "workflows">): Handler {
  return (request) => {
    const workflow = workflows.get(request.params["id"] ?? "");
    if (workflow === undefined) {
      throw new HttpProblem("NOT_FOUND", "Cannot find the workflow: none is registered under this id");
    }
    const summary = summaryOf(workflow);
    const { nodes, edges } = workflowGraph(workflow);
    return tagged(request, summary.hash, { ...summary, workflow, graph: { nodes, edges } });
  };
}

interface WorkflowSummary {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  /** SHA-256 of the canonical AST: what an execution is pinned to. */
  readonly hash: string;
  /** How many there are. */
  readonly steps: number;
}

function summaryOf(workflow: Workflow): WorkflowSummary {
  const { metadata, version, steps } = workflow;
  return { ...metadata, version, hash: workflowHash(workflow), steps: steps.length };
}

function byId(left: WorkflowSummary, right: WorkflowSummary): number {
  return left.id < right.id ? -1 : 1;
}
