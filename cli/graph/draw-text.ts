import { type Layout, layOut, type Point } from "../../dsl/graph/lay-out.ts";
import { columnsOf } from "../../dsl/graph/text-width.ts";
import type { WorkflowGraph } from "../../dsl/graph/workflow-graph.ts";
import { drawBox, type NodeBox, nodeBox } from "./node-box.ts";
import { assignTracks, type Hop } from "./route-edges.ts";
import { TextCanvas } from "./text-canvas.ts";

/** Room for a line between two boxes. */
const gaps = { betweenNodes: 3, betweenEdges: 2, betweenLayers: 2, margin: 0 };

export interface DrawTextOptions {
  /** Columns there are. */
  readonly width: number;
  readonly hasUnicode: boolean;
}

/** Beyond this nobody can follow the lines. */
const maxNodes = 200;

/** The graph in boxes and lines, from top to bottom. Undefined if it does not fit. */
export function drawText(graph: WorkflowGraph, { width, hasUnicode }: DrawTextOptions): string | undefined {
  if (graph.nodes.length > maxNodes) return undefined;
  const boxes = graph.nodes.map((node) => nodeBox(node, hasUnicode));
  const text = draw(graph, boxes, hasUnicode);
  return text.split("\n").some((line) => columnsOf(line) > width) ? undefined : text;
}

function draw(graph: WorkflowGraph, boxes: readonly NodeBox[], hasUnicode: boolean): string {
  const layout = layOut(graph, boxes, gaps);
  const layers = layersOf(layout, boxes);
  const hops = layers.flatMap((_, layer) => hopsFrom(layer, graph, layout, layers, boxes));
  const tracks = assignAll(hops, layers.length);
  const tops = topsOf(layers, hops, tracks);
  const canvas = new TextCanvas(hasUnicode);
  for (const hop of hops) drawHop(canvas, hop, { layers, tops, tracks, hasUnicode });
  const withEdge = new Set(graph.edges.map(({ from }) => from));
  for (const [layer, { members }] of layers.entries()) {
    for (const index of members) {
      const box = boxes[index];
      const { id } = graph.nodes[index] ?? {};
      if (box === undefined || id === undefined) continue;
      const x = middle(layout, index) - (box.width - 1) / 2;
      drawBox(canvas, { x, y: tops[layer] ?? 0, box, hasPort: withEdge.has(id), hasUnicode });
    }
  }
  return canvas.toString();
}

/** Steps side by side, and how high the highest is. */
interface Layer {
  readonly y: number;
  readonly members: readonly number[];
  readonly height: number;
}

function layersOf({ nodes }: Layout, boxes: readonly NodeBox[]): readonly Layer[] {
  const heights = [...new Set(nodes.map(({ y }) => y))].toSorted((one, other) => one - other);
  return heights.map((y) => {
    const members = nodes.flatMap((node, index) => (node.y === y ? [index] : []));
    return { y, members, height: Math.max(...members.map((index) => boxes[index]?.height ?? 0)) };
  });
}

function middle({ nodes }: Layout, index: number): number {
  return Math.round(nodes[index]?.x ?? 0);
}

/** The part of every edge that lies between a layer and the next one. */
function hopsFrom(
  layer: number,
  { nodes, edges }: WorkflowGraph,
  layout: Layout,
  layers: readonly Layer[],
  boxes: readonly NodeBox[],
): readonly Hop[] {
  const places = new Map(nodes.map(({ id }, index) => [id, index]));
  const layerOf = (index: number): number => layers.findIndex(({ members }) => members.includes(index));
  return edges.flatMap(({ from, to, kind }, edge): Hop[] => {
    const source = places.get(from) ?? 0;
    const target = places.get(to) ?? 0;
    const [first, last] = [layerOf(source), layerOf(target)];
    if (layer < first || layer >= last) return [];
    const columnAt = (at: number): number => {
      if (at === first) return middle(layout, source);
      return at === last ? middle(layout, target) : passing(layout.edges[edge] ?? [], layers[at]?.y ?? 0);
    };
    return [
      {
        layer,
        from: columnAt(layer),
        to: columnAt(layer + 1),
        isDashed: kind === "fallback",
        below: layer === first ? (boxes[source]?.height ?? 0) : 0,
        isLast: layer + 1 === last,
      },
    ];
  });
}

/** Where an edge goes through a layer that none of its steps is in. */
function passing(points: readonly Point[], y: number): number {
  const nearest = points.reduce<Point | undefined>(
    (best, point) => (best === undefined || Math.abs(point.y - y) < Math.abs(best.y - y) ? point : best),
    undefined,
  );
  return Math.round(nearest?.x ?? 0);
}

function assignAll(hops: readonly Hop[], layers: number): ReadonlyMap<Hop, number> {
  const all = new Map<Hop, number>();
  for (let layer = 0; layer < layers; layer++) {
    for (const [hop, track] of assignTracks(hops.filter((one) => one.layer === layer))) all.set(hop, track);
  }
  return all;
}

/** The first row of each layer. Between two are the lines that go sideways, at least one, and the arrows. */
function topsOf(layers: readonly Layer[], hops: readonly Hop[], tracks: ReadonlyMap<Hop, number>): readonly number[] {
  const tops: number[] = [];
  let next = 0;
  for (const [layer, { height }] of layers.entries()) {
    tops.push(next);
    const used = hops.filter((hop) => hop.layer === layer).map((hop) => (tracks.get(hop) ?? 0) + 1);
    next += height + Math.max(1, ...used) + 1;
  }
  return tops;
}

interface Drawing {
  readonly layers: readonly Layer[];
  readonly tops: readonly number[];
  readonly tracks: ReadonlyMap<Hop, number>;
  readonly hasUnicode: boolean;
}

/** Lines begin under the box's frame and end under the arrow, both of which are written over them. */
function drawHop(canvas: TextCanvas, hop: Hop, { layers, tops, tracks, hasUnicode }: Drawing): void {
  const { layer, from, to, isDashed, below, isLast } = hop;
  const top = tops[layer] ?? 0;
  const start = below === 0 ? top : top + below - 1;
  const turn = top + (layers[layer]?.height ?? 0) + (tracks.get(hop) ?? 0);
  const end = (tops[layer + 1] ?? 0) - (isLast ? 1 : 0);
  if (from === to) canvas.vertical(from, start, end, isDashed);
  else {
    canvas.vertical(from, start, turn, isDashed);
    canvas.horizontal(turn, from, to, isDashed);
    canvas.vertical(to, turn, end, isDashed);
  }
  if (isLast) canvas.write(to, end, hasUnicode ? "▼" : "v");
}
