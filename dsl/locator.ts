import { type Node, parseTree } from "jsonc-parser";
import type { Position, Range } from "./diagnostics.ts";
import type { Path, Place, Span } from "./problem.ts";

/** Finds places in a text. The tree with positions is built at the first call, so a correct file never pays for it. */
export interface Locator {
  locate(place: Place): Range;
}

export function createLocator(text: string): Locator {
  let tree: Node | undefined;
  let lines: readonly number[] | undefined;
  const children = new Map<Node, ReadonlyMap<string, Node>>();

  function position(offset: number): Position {
    lines ??= lineStarts(text);
    const line = lastAtMost(lines, offset);
    return { line: line + 1, column: offset - (lines[line] ?? 0) + 1, offset };
  }

  /** The property of an object or the item of an array. Of two equal keys it is the last, as in JSON.parse. */
  function child(node: Node, key: string | number): Node | undefined {
    if (node.type === "array") return typeof key === "number" ? node.children?.[key] : undefined;
    if (node.type !== "object") return undefined;
    let byKey = children.get(node);
    if (byKey === undefined) {
      byKey = new Map(node.children?.map((property) => [String(property.children?.[0]?.value), property]));
      children.set(node, byKey);
    }
    return byKey.get(String(key));
  }

  /** The node at `path`, or the deepest one on the way when the rest does not exist. */
  function find(path: Path, part: "key" | undefined): { readonly node: Node | undefined; readonly found: boolean } {
    tree ??= parseTree(text);
    let node = tree;
    for (const [index, key] of path.entries()) {
      const next = node === undefined ? undefined : child(node, key);
      if (next === undefined) return { node, found: false };
      if (next.type !== "property") node = next;
      else node = part === "key" && index === path.length - 1 ? next.children?.[0] : next.children?.[1];
    }
    return { node, found: true };
  }

  function span(place: Place): Span {
    if ("text" in place) return place.text;
    const { node, found } = find(place.path, place.part);
    if (node === undefined) return { start: 0, end: 0 };
    const whole = { start: node.offset, end: node.offset + node.length };
    if (!found) return firstCharacter(whole);
    if (place.span !== undefined && node.type === "string") return insideString(text, node, place.span);
    // An object or array may be the whole file: its bracket is enough to underline.
    return node.type === "object" || node.type === "array" ? firstCharacter(whole) : whole;
  }

  return {
    locate(place) {
      const { start, end } = span(place);
      return { start: position(start), end: position(end) };
    },
  };
}

function firstCharacter({ start }: Span): Span {
  return { start, end: start + 1 };
}

/** Maps characters of the unescaped string to offsets in the text. An empty span gets one character to underline. */
function insideString(text: string, node: Node, { start, end }: Span): Span {
  const closing = node.offset + node.length - 1;
  let offset = node.offset + 1;
  let from = offset;
  for (let character = 0; character < end && offset < closing; character++) {
    if (character === start) from = offset;
    offset += text[offset] !== "\\" ? 1 : text[offset + 1] === "u" ? 6 : 2;
  }
  return end > start ? { start: from, end: offset } : { start: offset, end: Math.min(offset, closing) + 1 };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let index = text.indexOf("\n"); index !== -1; index = text.indexOf("\n", index + 1)) starts.push(index + 1);
  return starts;
}

/** The index of the last element that is not greater than `value`, by bisection. */
function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
