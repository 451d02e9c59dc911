import { workflowGraph, type WorkflowGraph } from "../../dsl/graph/workflow-graph.ts";
import type { AgentRegistry } from "../../lib/agents/registry.ts";
import { bounds, type Bounds } from "../../lib/bounds.ts";
import type { JsonValue } from "../../lib/json.ts";
import { workflowHash } from "../../lib/workflow-hash.ts";
import { withFileWorkflows, workflowIdOf } from "../../lib/workflow-reference.ts";
import type { Workflow } from "../../lib/workflow.ts";
import { stepLevels } from "./step-levels.ts";

/** What a run would do, as far as that is known before it. */
export interface RunPlan {
  readonly workflow: { readonly id: string; readonly name: string; readonly version: string; readonly hash: string };
  /** With the defaults of the schema. */
  readonly input: JsonValue;
  /** Steps that may run side by side, after those of the levels before. Conditions may skip any. */
  readonly levels: readonly (readonly string[])[];
  /** What is called, also by the workflows of files, and by which steps of this one. */
  readonly agents: readonly PlannedAgent[];
  /** Workflows that steps run as children. */
  readonly children: readonly string[];
  /** Environment variables that it reads. */
  readonly environment: readonly string[];
  /** Secrets that it hands to agents, by name. */
  readonly secrets: readonly string[];
  readonly bounds: Bounds;
  readonly graph: WorkflowGraph;
}

export interface PlannedAgent {
  readonly id: string;
  readonly version: string | undefined;
  readonly semantics: "at-least-once" | "at-most-once";
  readonly steps: readonly string[];
}

export interface PlannedRun {
  readonly workflow: Workflow;
  readonly input: JsonValue;
  readonly agents: AgentRegistry;
  /** What its steps may run as children by id. */
  readonly workflows: readonly Workflow[];
}

/** Pure: nothing is started, called or kept. */
export function runPlan({ workflow, input, agents, workflows }: PlannedRun): RunPlan {
  const { metadata, version, steps } = workflow;
  const all = withFileWorkflows(workflow);
  return {
    workflow: { id: metadata.id, name: metadata.name, version, hash: workflowHash(workflow) },
    input,
    levels: stepLevels(workflow),
    agents: plannedAgents(workflow, agents),
    children: unique(steps.flatMap((step) => (step.kind === "workflow" ? [workflowIdOf(step.workflow)] : []))),
    environment: unique(all.flatMap(({ environment = [] }) => environment)),
    secrets: unique(all.flatMap(({ secrets = [] }) => secrets)),
    bounds: bounds(workflow, { workflows }),
    graph: workflowGraph(workflow),
  };
}

function plannedAgents(workflow: Workflow, agents: AgentRegistry): readonly PlannedAgent[] {
  const callers = new Map<string, string[]>();
  const add = (agentId: string, caller: string | undefined): void => {
    const known = callers.get(agentId) ?? [];
    callers.set(agentId, known);
    if (caller !== undefined) known.push(caller);
  };
  for (const part of withFileWorkflows(workflow)) {
    for (const step of part.steps) {
      if (step.kind === "agent") add(step.agent.id, part === workflow ? step.id : undefined);
      if (step.kind !== "wait" && step.compensate !== undefined) add(step.compensate.agent.id, undefined);
    }
  }
  return [...callers].map(([id, steps]) => {
    const agent = agents.find(id);
    return { id, version: agent?.version, semantics: agent?.semantics ?? "at-least-once", steps };
  });
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
