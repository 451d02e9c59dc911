import { workflowGraph, type WorkflowGraph } from "../../dsl/graph/workflow-graph.ts";
import type { Journal } from "../../lib/journal/journal.ts";
import { workflowHash } from "../../lib/workflow-hash.ts";
import { executionNotFound, requireExecutionId } from "../execution-id.ts";
import { HttpProblem } from "../problem.ts";
import { readText } from "../read-query.ts";
import type { Handler } from "../route.ts";

const action = "Cannot draw the workflow";

/** Steps and edges beyond which laying a graph out would keep everybody else waiting, and nobody could follow its lines. */
const maxParts = 300;
/** Drawings that are kept, the newest: executions of one workflow share theirs. */
const maxDrawings = 16;

/**
 * Draws the workflow of an execution as SVG. It is the workflow that the execution is pinned to, whatever became of it. With
 * `style=none` it takes the style of the page that shows it.
 */
export function drawExecution(journal: Pick<Journal, "load">): Handler {
  const drawings = new Map<string, string>();
  return async (request) => {
    const style = readText(request.query, "style", action, "must be own or none", asStyle) ?? "own";
    const stored = await journal.load(requireExecutionId(request));
    if (stored === undefined) throw executionNotFound();
    const key = `${workflowHash(stored.workflow)} ${style}`;
    const text = drawings.get(key) ?? (await draw(workflowGraph(stored.workflow), style));
    drawings.delete(key);
    drawings.set(key, text);
    for (const oldest of [...drawings.keys()].slice(0, -maxDrawings)) drawings.delete(oldest);
    return { status: 200, text, headers: svgHeaders };
  };
}

type Style = "own" | "none";

function asStyle(text: string): Style | undefined {
  return text === "own" || text === "none" ? text : undefined;
}

/** The library that lays out is large, and most servers never need it. */
async function draw(graph: WorkflowGraph, style: Style): Promise<string> {
  const parts = graph.nodes.length + graph.edges.length;
  if (parts > maxParts) {
    throw new HttpProblem(
      "VALUE_TOO_LARGE",
      `${action}: it has ${graph.nodes.length} steps and ${graph.edges.length} edges, and at most ${maxParts} together are drawn`,
    );
  }
  const { drawSvg } = await import("../../dsl/graph/draw-svg.ts");
  return drawSvg(graph, { hasStyle: style === "own" });
}

const svgHeaders = {
  "Content-Type": "image/svg+xml",
  "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  "Cross-Origin-Resource-Policy": "same-origin",
};
