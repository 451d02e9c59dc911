import dagre from "@dagrejs/dagre";
import type { WorkflowGraph } from "./workflow-graph.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the nodes are, by their centres, and which way the edges take, in the order of the graph. */
export interface Layout extends Size {
  readonly nodes: readonly Point[];
  readonly edges: readonly (readonly Point[])[];
}

export interface Gaps {
  readonly betweenNodes: number;
  readonly betweenEdges: number;
  readonly betweenLayers: number;
  readonly margin: number;
}

interface LayeredGraph {
  setGraph(options: object): void;
  setNode(id: string, size: object): void;
  setEdge(from: string, to: string, label: object, name: string): void;
  graph(): Partial<Size>;
  node(id: string): Point;
  edge(from: string, to: string, name: string): { readonly points: readonly Point[] };
}

/** What is used of the library. Its own types are written for bundlers and say nothing under Node's rules. */
interface Library {
  readonly graphlib: { readonly Graph: new (options: { readonly multigraph: boolean }) => LayeredGraph };
  layout(graph: LayeredGraph): void;
}
const library: Library = dagre;

/** From here on the best layout would take too long, and a good one has to do. */
const manyNodes = 300;

/** Places a graph in layers, from top to bottom. The same graph and sizes give the same places. */
export function layOut({ nodes, edges }: WorkflowGraph, sizes: readonly Size[], gaps: Gaps): Layout {
  const graph = new library.graphlib.Graph({ multigraph: true });
  graph.setGraph({
    rankdir: "TB",
    nodesep: gaps.betweenNodes,
    edgesep: gaps.betweenEdges,
    ranksep: gaps.betweenLayers,
    marginx: gaps.margin,
    marginy: gaps.margin,
    ranker: nodes.length > manyNodes ? "longest-path" : "network-simplex",
  });
  for (const [index, { id }] of nodes.entries()) graph.setNode(key(id), { ...sizes[index] });
  for (const { from, to, kind } of edges) graph.setEdge(key(from), key(to), {}, kind);
  library.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return inReadingOrder({
    width,
    height,
    nodes: nodes.map(({ id }) => graph.node(key(id))),
    edges: edges.map(({ from, to, kind }) => graph.edge(key(from), key(to), kind).points),
  });
}

/** The library does not care which of two mirror images it gives: the one with earlier steps on the left. */
function inReadingOrder(layout: Layout): Layout {
  const { nodes, edges, width } = layout;
  const lastOfLayer = new Map<number, number>();
  let balance = 0;
  for (const { x, y } of nodes) {
    balance += Math.sign(x - (lastOfLayer.get(y) ?? x));
    lastOfLayer.set(y, x);
  }
  if (balance >= 0) return layout;
  const mirrored = ({ x, y }: Point): Point => ({ x: width - x, y });
  return { ...layout, nodes: nodes.map(mirrored), edges: edges.map((points) => points.map(mirrored)) };
}

/** A step may be called `constructor`, and the library keeps nodes in plain objects. */
function key(id: string): string {
  return `step ${id}`;
}
