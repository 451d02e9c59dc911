import { mermaid } from "../../dsl/graph/mermaid.ts";
import { workflowGraph, type WorkflowGraph } from "../../dsl/graph/workflow-graph.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { loadWorkflow } from "../load.ts";
import { requireWorkflow } from "../require-workflow.ts";
import { terminalOf } from "../terminal.ts";
import { terminalText } from "../terminal-text.ts";
import { writeJson } from "../write-json.ts";

export interface GraphValues {
  readonly file: string;
  readonly format: "text" | "mermaid" | "svg" | undefined;
  readonly json: boolean;
}

/** Columns for those who read it from a file. */
const fileColumns = 160;

/** Shows a workflow's steps and what waits for what. Nothing runs but the module that defines it. */
export async function graphWorkflow({ file, format, json }: GraphValues, context: CliContext): Promise<ExitCode> {
  const workflow = requireWorkflow("draw", file, await loadWorkflow(file, context, { anyAgent: true }));
  const graph = workflowGraph(workflow);
  if (json) writeJson(context.stdout, graph);
  else context.stdout.write(await drawGraph(graph, format ?? "text", context));
  return 0;
}

/** The graph as text, headed by its name. */
export async function drawGraph(
  graph: WorkflowGraph,
  format: "text" | "mermaid" | "svg",
  context: CliContext,
): Promise<string> {
  if (format === "mermaid") return mermaid(graph);
  if (format === "svg") return (await import("../../dsl/graph/draw-svg.ts")).drawSvg(graph);
  const { hasUnicode } = terminalOf(context.stdout, context.env);
  const { drawText } = await import("./draw-text.ts");
  const drawing = drawText(graph, { width: context.stdout.columns ?? fileColumns, hasUnicode });
  const { drawList } = await import("./draw-list.ts");
  const body = drawing === undefined ? drawList(graph) : `${drawing}${legend(graph, hasUnicode)}`;
  return `${terminalText(graph.name)}\n\n${body}`;
}

/** What the frames and lines mean, if there are other than plain ones. */
function legend({ nodes, edges }: WorkflowGraph, hasUnicode: boolean): string {
  const entries = [
    nodes.some(({ kind }) => kind === "workflow") && (hasUnicode ? "╔═╗ a workflow" : "#=# a workflow"),
    nodes.some(({ kind }) => kind === "wait") && (hasUnicode ? "╭─╮ waits" : ".-. waits"),
    edges.some(({ kind }) => kind === "fallback") && (hasUnicode ? "┄┄▶ runs on failure" : "..> runs on failure"),
  ].filter((entry) => entry !== false);
  return entries.length === 0 ? "" : `\n${entries.join("   ")}\n`;
}
