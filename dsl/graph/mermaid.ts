import type { GraphEdge, GraphNode, WorkflowGraph } from "./workflow-graph.ts";

const maxLine = 60;

const shapes = { agent: ['["', '"]'], workflow: ['[["', '"]]'], wait: ['(["', '"])'] } as const;

/**
 * The graph as a Mermaid flowchart. Every text stands in quotes with Mermaid's entities, so that no name is syntax; ids of
 * nodes are made up, since `end` and others mean something.
 */
export function mermaid({ name, description, nodes, edges }: WorkflowGraph): string {
  const ids = new Map(nodes.map(({ id }, index) => [id, `s${index}`]));
  const lines = [
    "flowchart TD",
    `  accTitle: ${plain(name)}`,
    `  accDescr: ${plain(description)}`,
    ...nodes.map((node) => `  ${ids.get(node.id)}${nodeText(node)}`),
    ...edges.map((edge) => `  ${edgeText(edge, ids)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function nodeText({ id, kind, name, does, notes }: GraphNode): string {
  const [open, close] = shapes[kind];
  const lines = [`<b>${escaped(id)}</b>`, ...(name === undefined ? [] : [escaped(name)]), escaped(does)];
  const small = notes.map((note) => `<i>${escaped(note)}</i>`);
  return `${open}${[...lines, ...small].join("<br/>")}${close}`;
}

function edgeText({ from, to, kind }: GraphEdge, ids: ReadonlyMap<string, string>): string {
  return `${ids.get(from)} ${kind === "fallback" ? '-. "on failure" .->' : "-->"} ${ids.get(to)}`;
}

function escaped(text: string): string {
  return Array.from(shortened(text), (character) =>
    /[\p{L}\p{N} .,:/@_=()+-]/u.test(character) ? character : `#${character.codePointAt(0)};`,
  ).join("");
}

/** Outside of quotes there are no entities, and a line end is the end. */
function plain(text: string): string {
  return shortened(text)
    .replaceAll(/[^\p{L}\p{N} .,:/@_()+-]/gu, " ")
    .trim();
}

function shortened(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\uD800-\uDFFF]+/gu, " ");
  const characters = Array.from(line);
  return characters.length > maxLine ? `${characters.slice(0, maxLine - 1).join("")}…` : line;
}
