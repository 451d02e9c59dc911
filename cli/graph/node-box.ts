import type { Size } from "../../dsl/graph/lay-out.ts";
import { columnsOf, shortened } from "../../dsl/graph/text-width.ts";
import type { GraphNode } from "../../dsl/graph/workflow-graph.ts";
import { terminalText } from "../terminal-text.ts";
import type { TextCanvas } from "./text-canvas.ts";

const maxColumns = 36;

/** A node as a frame with lines in it. Its width is odd, so that it has a middle. */
export interface NodeBox extends Size {
  readonly kind: GraphNode["kind"];
  readonly lines: readonly string[];
}

interface Frame {
  readonly top: readonly [left: string, line: string, right: string];
  readonly bottom: readonly [left: string, line: string, right: string];
  readonly sides: readonly [left: string, right: string];
  /** Where an edge leaves. */
  readonly port: string;
}

/** What a step is, is told by its frame. */
const unicodeFrames: Readonly<Record<GraphNode["kind"], Frame>> = {
  agent: { top: ["┌", "─", "┐"], bottom: ["└", "─", "┘"], sides: ["│", "│"], port: "┬" },
  workflow: { top: ["╔", "═", "╗"], bottom: ["╚", "═", "╝"], sides: ["║", "║"], port: "╤" },
  wait: { top: ["╭", "─", "╮"], bottom: ["╰", "─", "╯"], sides: ["│", "│"], port: "┬" },
};
const asciiFrames: Readonly<Record<GraphNode["kind"], Frame>> = {
  agent: { top: ["+", "-", "+"], bottom: ["+", "-", "+"], sides: ["|", "|"], port: "+" },
  workflow: { top: ["#", "=", "#"], bottom: ["#", "=", "#"], sides: ["#", "#"], port: "#" },
  wait: { top: [".", "-", "."], bottom: ["'", "-", "'"], sides: ["|", "|"], port: "+" },
};

export function nodeBox({ id, kind, name, does, notes }: GraphNode, hasUnicode: boolean): NodeBox {
  const ellipsis = hasUnicode ? "…" : "...";
  const lines = [id, ...(name === undefined ? [] : [name]), does, ...notes].map((line) =>
    shortened(terminalText(line), maxColumns, ellipsis),
  );
  const inner = Math.max(...lines.map(columnsOf));
  const width = inner + 4;
  return { kind, lines, width: width % 2 === 0 ? width + 1 : width, height: lines.length + 2 };
}

/** `x` and `y` are its top left corner. With `hasPort` an edge leaves from the middle of its bottom. */
export function drawBox(
  canvas: TextCanvas,
  { x, y, box, hasPort, hasUnicode }: { x: number; y: number; box: NodeBox; hasPort: boolean; hasUnicode: boolean },
): void {
  const { top, bottom, sides, port } = (hasUnicode ? unicodeFrames : asciiFrames)[box.kind];
  const across = (line: string): string => line.repeat(box.width - 2);
  canvas.write(x, y, `${top[0]}${across(top[1])}${top[2]}`);
  for (const [index, line] of box.lines.entries()) {
    canvas.write(x, y + 1 + index, `${sides[0]} ${line}${" ".repeat(box.width - 3 - columnsOf(line))}${sides[1]}`);
  }
  const last = y + box.height - 1;
  canvas.write(x, last, `${bottom[0]}${across(bottom[1])}${bottom[2]}`);
  if (hasPort) canvas.write(x + (box.width - 1) / 2, last, port);
}
