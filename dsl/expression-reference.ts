import { type Expression, type Reference, type ReferenceRoot, referenceRoots } from "../lib/workflow.ts";
import {
  advance,
  type ExpressionCursor,
  expectSymbol,
  expressionLimits,
  isSymbol,
  unexpected,
} from "./expression-cursor.ts";
import type { Token } from "./expression-tokens.ts";
import { nearest } from "./nearest.ts";
import { quoted, quotedList, type Span } from "./problem.ts";

/** The rest of a reference whose root has been read. An unknown root is reported and reading goes on. */
export function parseReference(cursor: ExpressionCursor, rootToken: Token): Expression {
  const path: (string | number)[] = [];
  const segments: Span[] = [];
  let end = rootToken.end;
  while (isSymbol(cursor, ".") || isSymbol(cursor, "[")) {
    const segment = isSymbol(cursor, ".") ? parseName(cursor) : parseBracket(cursor);
    path.push(segment.key);
    segments.push(segment.span);
    end = segment.end;
  }
  const span = { start: rootToken.start, end };
  if (path.length > expressionLimits.maxSegments) {
    const message = `The reference has more than ${expressionLimits.maxSegments} parts`;
    cursor.problems.push({ code: "EXPRESSION_TOO_LARGE", message, span });
  }
  const root = rootToken.text;
  if (!isRoot(root)) return unknownRoot(cursor, rootToken, path.length > 0);
  const reference: Reference = { kind: "reference", root, path };
  cursor.references.push({ reference, path: cursor.path, span, segments, isOptional: false });
  return reference;
}

const roots: ReadonlySet<string> = new Set(referenceRoots);

function isRoot(name: string): name is ReferenceRoot {
  return roots.has(name);
}

interface Segment {
  readonly key: string | number;
  readonly span: Span;
  readonly end: number;
}

function parseName(cursor: ExpressionCursor): Segment {
  advance(cursor);
  const { kind, text, start, end } = cursor.token;
  if (kind !== "name") throw unexpected(cursor, 'a name; other keys are written as ["key"] or [0]');
  advance(cursor);
  return { key: text, span: { start, end }, end };
}

function parseBracket(cursor: ExpressionCursor): Segment {
  advance(cursor);
  const { kind, text, start, end } = cursor.token;
  const key = kind === "string" ? text : kind === "number" ? arrayIndex(text) : undefined;
  if (key === undefined) throw unexpected(cursor, "an index such as 0 or a key in quotes");
  advance(cursor);
  const closing = cursor.token.end;
  expectSymbol(cursor, "]");
  return { key, span: kind === "string" ? { start: start + 1, end: end - 1 } : { start, end }, end: closing };
}

function arrayIndex(text: string): number | undefined {
  const index = Number(text);
  return String(index) === text && Number.isSafeInteger(index) && index >= 0 ? index : undefined;
}

/** A bare word is most likely text without quotes; with a path it is a misspelt or missing root. */
function unknownRoot(cursor: ExpressionCursor, { text, start, end }: Token, hasPath: boolean): Expression {
  const near = nearest(text, referenceRoots);
  const otherFix = hasPath ? undefined : `put text in quotes: '${text.slice(0, 80)}'`;
  cursor.problems.push({
    code: "EXPRESSION_UNKNOWN_ROOT",
    message: `Cannot resolve ${quoted(text)}: a reference starts with one of ${quotedList(referenceRoots)}`,
    fix: near === undefined ? otherFix : `did you mean ${quoted(near)}?`,
    span: { start, end },
  });
  return { kind: "value", value: null };
}
