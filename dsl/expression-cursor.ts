import type { Expression } from "../lib/workflow.ts";
import type { DiagnosticCode } from "./diagnostics.ts";
import type { LocatedExpression } from "./located-expression.ts";
import type { LocatedReference } from "./located-reference.ts";
import { readToken, type Token } from "./expression-tokens.ts";
import type { Path, Span } from "./problem.ts";

/** What one expression may hold. Depth keeps the parser's and the evaluator's recursion small. */
export const expressionLimits = { maxLength: 1_024, maxSegments: 16, maxDepth: 64 } as const;

/** A mistake in an expression. The span counts characters of the whole string the expression stands in. */
export interface ExpressionProblem {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly fix?: string | undefined;
  readonly span: Span;
}

/** A reference of the expression; that it is optional shows only behind it. */
type FoundReference = { -readonly [Field in keyof LocatedReference]: LocatedReference[Field] };

/** Where a parse is: one token of look-ahead and what was found so far. */
export interface ExpressionCursor {
  readonly source: string;
  /** Of that string in the document. */
  readonly path: Path;
  /** Reading stops here, at the end of the string or of the longest allowed expression. */
  readonly limit: number;
  token: Token;
  /** Where the last token that was taken ends. */
  taken: number;
  depth: number;
  readonly problems: ExpressionProblem[];
  readonly references: FoundReference[];
  readonly parts: LocatedExpression[];
}

/** Thrown where the grammar is broken and the rest cannot be understood. It never leaves the parser. */
export class ExpressionStop extends Error {
  readonly problem: ExpressionProblem;

  constructor(problem: ExpressionProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

export function createCursor(source: string, start: number, path: Path): ExpressionCursor {
  const limit = Math.min(source.length, start + expressionLimits.maxLength);
  const token: Token = { kind: "end", text: "", start, end: start };
  return { source, path, limit, token, taken: start, depth: 0, problems: [], references: [], parts: [] };
}

/** Takes the next token. A malformed one stops the parse. */
export function advance(cursor: ExpressionCursor): void {
  cursor.taken = cursor.token.end;
  cursor.token = readToken(cursor.source, cursor.token.end, cursor.limit);
  const { kind, text, start, end } = cursor.token;
  if (kind !== "invalid") return;
  throw isCutOff(cursor, end)
    ? tooLong(cursor)
    : new ExpressionStop({ code: "EXPRESSION_SYNTAX", message: text, span: { start, end } });
}

/** Notes where an expression stands that begins at `start` and ends with the last token taken. */
export function located<T extends Expression>(cursor: ExpressionCursor, start: number, expression: T): T {
  cursor.parts.push({ expression, span: { start, end: cursor.taken } });
  return expression;
}

export function isSymbol({ token }: ExpressionCursor, symbol: string): boolean {
  return token.kind === "symbol" && token.text === symbol;
}

export function expectSymbol(cursor: ExpressionCursor, symbol: string): void {
  if (!isSymbol(cursor, symbol)) throw unexpected(cursor, `"${symbol}"`);
  advance(cursor);
}

/** The error for a token that does not belong here. */
export function unexpected(cursor: ExpressionCursor, wanted: string): ExpressionStop {
  const { kind, start, end } = cursor.token;
  if (kind === "end" && isCutOff(cursor, end)) return tooLong(cursor);
  const message = kind === "end" ? `The expression ends where there must be ${wanted}` : `Here must be ${wanted}`;
  return new ExpressionStop({ code: "EXPRESSION_SYNTAX", message, span: { start, end } });
}

/** Parses something nested, within the depth limit. */
export function deeper<T>(cursor: ExpressionCursor, parse: (cursor: ExpressionCursor) => T): T {
  if (cursor.depth >= expressionLimits.maxDepth) {
    const { start, end } = cursor.token;
    const message = `The expression is nested deeper than ${expressionLimits.maxDepth} levels`;
    throw new ExpressionStop({ code: "EXPRESSION_TOO_LARGE", message, span: { start, end } });
  }
  cursor.depth++;
  const parsed = parse(cursor);
  cursor.depth--;
  return parsed;
}

function isCutOff(cursor: ExpressionCursor, end: number): boolean {
  return end >= cursor.limit && cursor.limit < cursor.source.length;
}

function tooLong(cursor: ExpressionCursor): ExpressionStop {
  const { limit } = cursor;
  const message = `The expression is longer than ${expressionLimits.maxLength} characters`;
  return new ExpressionStop({ code: "EXPRESSION_TOO_LARGE", message, span: { start: limit, end: limit + 1 } });
}
