import { workflowGraph, type WorkflowGraph } from "../../dsl/graph/workflow-graph.ts";
import type { Journal } from "../../lib/journal/journal.ts";
import { workflowHash } from "../../lib/workflow-hash.ts";
import { executionNotFound, requireExecutionId } from "../execution-id.ts";
import { HttpProblem } from "../problem.ts";
import type { Handler } from "../route.ts";

/** Steps and edges beyond which laying a graph out would keep everybody else waiting, and nobody could follow its lines. */
const maxParts = 300;
/** Drawings that are kept, the newest: executions of one workflow share theirs. */
const maxDrawings = 16;

/** Draws the workflow of an execution as SVG. It is the workflow that the execution is pinned to, whatever became of it. */
export function drawExecution(journal: Pick<Journal, "load">): Handler {
  const drawings = new Map<string, string>();
  return async (request) => {
    const stored = await journal.load(requireExecutionId(request));
    if (stored === undefined) throw executionNotFound();
    const hash = workflowHash(stored.workflow);
    const text = drawings.get(hash) ?? (await draw(workflowGraph(stored.workflow)));
    drawings.delete(hash);
    drawings.set(hash, text);
    for (const oldest of [...drawings.keys()].slice(0, -maxDrawings)) drawings.delete(oldest);
    return { status: 200, text, headers: svgHeaders };
  };
}

/** The library that lays out is large, and most servers never need it. */
async function draw(graph: WorkflowGraph): Promise<string> {
  const parts = graph.nodes.length + graph.edges.length;
  if (parts > maxParts) {
    throw new HttpProblem(
      "VALUE_TOO_LARGE",
      `Cannot draw the workflow: it has ${graph.nodes.length} steps and ${graph.edges.length} edges, and at most ${maxParts} together are drawn`,
    );
  }
  const { drawSvg } = await import("../../dsl/graph/draw-svg.ts");
  return drawSvg(graph);
}

const svgHeaders = {
  "Content-Type": "image/svg+xml",
  "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  "Cross-Origin-Resource-Policy": "same-origin",
};
