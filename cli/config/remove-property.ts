import { createScanner, findNodeAtLocation, type Node, parseTree } from "jsonc-parser";

/**
 * A JSON text without the property at a path, and with every comment that it has. The library's own way takes comments
 * along, and leaves two commas where the last one was a trailing one.
 */
export function removeProperty(text: string, path: readonly string[]): string {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  const property = tree && findNodeAtLocation(tree, [...path])?.parent;
  if (property?.parent === undefined) return text;
  const end = property.offset + property.length;
  const comma = commaAfter(text, end) ?? commaBefore(text, property, property.parent);
  const pieces = [[property.offset, end] as const, ...(comma === undefined ? [] : [[comma, comma + 1] as const])];
  return pieces.toSorted(([left], [right]) => right - left).reduce(cut, text);
}

function commaBefore(text: string, property: Node, parent: Node): number | undefined {
  const siblings = parent.children ?? [];
  const previous = siblings[siblings.indexOf(property) - 1];
  return previous && commaAfter(text, previous.offset + previous.length);
}

/** Where the comma stands that follows, behind nothing but space and comments. */
function commaAfter(text: string, offset: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  const next = scanner.getTokenOffset();
  return text.charAt(next) === "," ? next : undefined;
}

/** A line on which nothing is left goes with it. */
function cut(text: string, [start, end]: readonly [number, number]): string {
  const before = text.slice(0, start);
  const after = text.slice(end);
  const [indent = ""] = /[ \t]*$/.exec(before) ?? [];
  const rest = /^[ \t]*\r?\n/.exec(after)?.[0];
  const isLineStart = before.length === indent.length || before.at(-indent.length - 1) === "\n";
  if (rest === undefined || !isLineStart) return before + after;
  return before.slice(0, before.length - indent.length) + after.slice(rest.length);
}
