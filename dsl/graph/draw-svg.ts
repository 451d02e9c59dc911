import { layOut, type Point, type Size } from "./lay-out.ts";
import { svgStyle } from "./svg-style.ts";
import { columnsOf, shortened } from "./text-width.ts";
import type { GraphEdge, GraphNode, WorkflowGraph } from "./workflow-graph.ts";
import { xmlText } from "./xml-text.ts";

const maxColumns = 38;
const lineHeight = 18;
const padding = 14;
/** Width of one column of each look, in pixels, by the widest fonts that may be used. */
const columnWidth = { id: 8.6, small: 7.2 } as const;

const gaps = { betweenNodes: 36, betweenEdges: 18, betweenLayers: 56, margin: 24 };

export interface DrawSvgOptions {
  /** Whether it brings its style, default true. A page that shows it may have one of its own. */
  readonly hasStyle?: boolean;
}

/**
 * The graph as an SVG that needs nothing else: no script and no font, and colours for light and dark. The group of a step
 * names it in `data-step`.
 */
export function drawSvg(graph: WorkflowGraph, { hasStyle = true }: DrawSvgOptions = {}): string {
  const sizes = graph.nodes.map(sizeOf);
  const layout = layOut(graph, sizes, gaps);
  const width = Math.ceil(layout.width);
  const height = Math.ceil(layout.height);
  const name = xmlText(graph.name);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${name}</title>`,
    `<desc id="desc">${xmlText(describe(graph))}</desc>`,
    ...(hasStyle ? [`<style>${svgStyle}</style>`] : []),
    `<defs>${marker("arrow")}${marker("arrow-fallback")}</defs>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...graph.edges.map((edge, index) => drawEdge(edge, layout.edges[index] ?? [])),
    ...graph.nodes.map((node, index) => drawNode(node, sizes[index] ?? noSize, layout.nodes[index] ?? origin)),
    "</svg>",
  ].join("\n")}\n`;
}

const origin: Point = { x: 0, y: 0 };
const noSize: Size = { width: 0, height: 0 };

function linesOf({ id, name, does, notes }: GraphNode): readonly (readonly [look: string, text: string])[] {
  return [
    ["id", id] as const,
    ...(name === undefined ? [] : [["name", name] as const]),
    ["does", does] as const,
    ...notes.map((note) => ["note", note] as const),
  ].map(([look, text]) => [look, shortened(text, maxColumns)] as const);
}

function sizeOf(node: GraphNode): Size {
  const lines = linesOf(node);
  const widths = lines.map(([look, text]) => columnsOf(text) * (look === "id" ? columnWidth.id : columnWidth.small));
  return { width: Math.ceil(Math.max(96, ...widths)) + 2 * padding, height: lines.length * lineHeight + 2 * 10 };
}

function drawNode(node: GraphNode, { width, height }: Size, { x, y }: Point): string {
  const left = round(x - width / 2);
  const top = round(y - height / 2);
  const lines = linesOf(node).map(
    ([look, text], index) =>
      `<text class="${look}" x="${padding}" y="${10 + 13 + index * lineHeight}">${xmlText(text)}</text>`,
  );
  return [
    `<g class="${node.kind}" data-step="${xmlText(node.id)}" transform="translate(${left} ${top})">`,
    `<title>${xmlText([node.id, node.name, node.does, ...node.notes].filter(Boolean).join("\n"))}</title>`,
    frameOf(node.kind, width, height),
    ...lines,
    "</g>",
  ].join("");
}

/** A workflow is framed twice, a wait is round, an agent is neither. */
function frameOf(kind: GraphNode["kind"], width: number, height: number): string {
  const frame = `<rect class="frame" width="${width}" height="${height}" rx="${kind === "wait" ? 20 : 6}"/>`;
  if (kind !== "workflow") return frame;
  return `${frame}<rect class="inner" x="4" y="4" width="${width - 8}" height="${height - 8}" rx="3"/>`;
}

function drawEdge({ kind, from, to }: GraphEdge, points: readonly Point[]): string {
  const isFallback = kind === "fallback";
  const title = isFallback ? `${to} runs if ${from} fails` : `${to} waits for ${from}`;
  const path = `<path class="${kind}" marker-end="url(#${isFallback ? "arrow-fallback" : "arrow"})" d="${curve(points)}"><title>${xmlText(title)}</title></path>`;
  if (!isFallback) return path;
  const middle = points[Math.floor(points.length / 2)] ?? origin;
  return `${path}<text class="label" x="${round(middle.x)}" y="${round(middle.y)}">on failure</text>`;
}

/** Smooth through the points: straight down out of a node, and straight down into the next. */
function curve(points: readonly Point[]): string {
  const [start = origin, ...rest] = points;
  let path = `M${round(start.x)} ${round(start.y)}`;
  let last = start;
  for (const point of rest) {
    const half = round((last.y + point.y) / 2);
    path += ` C${round(last.x)} ${half} ${round(point.x)} ${half} ${round(point.x)} ${round(point.y)}`;
    last = point;
  }
  return path;
}

function marker(id: string): string {
  return `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0.5 L8 4 L0 7.5 z"/></marker>`;
}

/** For those who do not see it: every step and what it waits for. */
function describe({ description, nodes, edges }: WorkflowGraph): string {
  const steps = nodes.map(({ id, does }) => {
    const sources = edges.filter(({ to, kind }) => to === id && kind === "dependency").map(({ from }) => from);
    const owner = edges.find(({ to, kind }) => to === id && kind === "fallback");
    const after = sources.length === 0 ? "" : ` after ${sources.join(", ")}`;
    return `${id}: ${does}${after}${owner === undefined ? "" : ` if ${owner.from} fails`}`;
  });
  return `${description}. ${steps.join("; ")}.`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
