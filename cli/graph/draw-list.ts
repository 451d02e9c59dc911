import type { WorkflowGraph } from "../../dsl/graph/workflow-graph.ts";
import { createPaint } from "../paint.ts";
import { type Cell, renderTable } from "../render-table.ts";
import { terminalText } from "../terminal-text.ts";

const maxNames = 6;

/** The graph as a table, for one that is too wide to draw. A step's layer is the longest way to it. */
export function drawList({ nodes, edges }: WorkflowGraph): string {
  const sources = new Map(nodes.map(({ id }) => [id, edges.filter(({ to }) => to === id)] as const));
  const layers = layersOf(
    nodes.map(({ id }) => id),
    new Map([...sources].map(([id, all]) => [id, all.map(({ from }) => from)])),
  );
  const rows = nodes
    .map((node) => ({ node, layer: layers.get(node.id) ?? 1 }))
    .toSorted((one, other) => one.layer - other.layer)
    .map(({ node, layer }): readonly Cell[] => {
      const after = (sources.get(node.id) ?? []).map(({ from, kind }) =>
        kind === "fallback" ? `${from} fails` : from,
      );
      return [[String(layer)], [terminalText(node.id)], [terminalText(node.does)], [listed(after)]];
    });
  return renderTable(["LAYER", "STEP", "DOES", "AFTER"], rows, createPaint(false));
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, maxNames).map(terminalText).join(", ");
  return names.length > maxNames ? `${shown} and ${names.length - maxNames} more` : shown;
}

/** Without recursion: a chain may be 10,000 steps long. A checked workflow has no cycle. */
function layersOf(
  ids: readonly string[],
  sources: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, number> {
  const layers = new Map<string, number>();
  const open = ids.toReversed();
  for (let id = open.at(-1); id !== undefined; id = open.at(-1)) {
    const before = sources.get(id) ?? [];
    const unknown = before.filter((source) => !layers.has(source));
    if (unknown.length > 0 && !layers.has(id)) open.push(...unknown);
    else {
      layers.set(id, 1 + Math.max(0, ...before.map((source) => layers.get(source) ?? 0)));
      open.pop();
    }
  }
  return layers;
}
