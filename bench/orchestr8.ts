import { createEngine, defineAgent, type Engine, type Workflow } from "orchestr8";
import { parseWorkflow } from "orchestr8/dsl";
import type { GraphEngine } from "./graph-engine.ts";
import type { Graph, Visit } from "./graph.ts";

/** The agent of every step. */
export const visitAgent = "@bench/visit";

/** Without the parser for the whole of it, which stops at 10,000 steps. */
export function workflowOf(graph: Graph): Workflow {
  const text = JSON.stringify({
    version: "1.0.0",
    metadata: { id: "bench", name: "bench" },
    steps: [{ id: "pattern", agent: { id: visitAgent } }],
  });
  const workflow = parseWorkflow(text, { file: "bench" });
  const steps = workflow.steps.flatMap((pattern) => graph.map((step) => ({ ...pattern, ...step })));
  return { ...workflow, steps };
}

/** The engine as it comes: default policies, memory journal and spans are on. */
export const orchestr8 = orchestr8That({ keepsFinished: 100 });

export function orchestr8That({ keepsFinished }: { readonly keepsFinished: number }): GraphEngine {
  return {
    prepare: (graph, visit) => {
      const engine = createEngine({ agents: [agentOf(visit)], keepFinished: keepsFinished });
      return runOn(engine, graph);
    },
  };
}

/** Runs the graph once, to its end. */
export function runOn(engine: Engine, graph: Graph): () => Promise<void> {
  const workflow = workflowOf(graph);
  return async () => {
    const { execution } = await engine.start(workflow);
    const { status } = await execution.result;
    if (status !== "completed") throw new Error(`Cannot measure orchestr8: the execution is ${status}`);
  };
}

export function agentOf(visit: Visit): ReturnType<typeof defineAgent> {
  return defineAgent({ id: visitAgent, version: "1.0.0", execute: (_input, { stepId }) => visit(stepId) });
}
