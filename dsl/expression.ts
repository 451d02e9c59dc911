import { type ComparisonOperator, comparisonOperators, type Expression } from "../lib/workflow.ts";
import { parseCall } from "./expression-call.ts";
import {
  advance,
  createCursor,
  deeper,
  expectSymbol,
  type ExpressionCursor,
  expressionLimits,
  ExpressionStop,
  isSymbol,
  located,
  unexpected,
} from "./expression-cursor.ts";
import { parseLiteral } from "./expression-literal.ts";
import { parseReference } from "./expression-reference.ts";
import type { ParsedExpression } from "./parsed-expression.ts";
import { isProven, provenWhen } from "./proven-references.ts";
import { PlainExpression, type PlainTexts, readPlainText } from "./plain-expression.ts";
import type { Path } from "./problem.ts";

/**
 * Parses a string that is one bare expression, as in `condition`. Never throws; linear in the length. `path` says where in
 * the document the string stands, and `plain` holds what was read of that document.
 */
export function parseExpression(source: string, path: Path = [], plain?: PlainTexts): ParsedExpression {
  return readPlain(source, path, plain, 0, source.length) ?? parseFrom(source, 0, undefined, path);
}

/** Parses the expression between `${` and `}` whose first character is at `start`. */
export function parseEmbeddedExpression(
  source: string,
  start: number,
  path: Path = [],
  plain?: PlainTexts,
): ParsedExpression {
  const brace = source.indexOf("}", start);
  const read = brace === -1 ? undefined : readPlain(source, path, plain, start, brace);
  return read ?? parseFrom(source, start, "}", path);
}

/** Undefined for an expression that takes the whole parser. */
function readPlain(
  source: string,
  path: Path,
  known: PlainTexts | undefined,
  start: number,
  end: number,
): ParsedExpression | undefined {
  if (end - start >= expressionLimits.maxLength) return undefined;
  const plain = known === undefined ? readPlainText(source, start, end) : known.read(source, start, end);
  return plain && new PlainExpression(plain, path, start, end === source.length ? end : end + 1);
}

function parseFrom(source: string, start: number, closing: "}" | undefined, path: Path): ParsedExpression {
  const cursor = createCursor(source, start, path);
  try {
    advance(cursor);
    const expression = parseOr(cursor);
    if (closing === undefined ? cursor.token.kind !== "end" : !isSymbol(cursor, closing)) {
      throw unexpected(cursor, closing === undefined ? "the end of the expression" : '"}"');
    }
    if (cursor.token.kind === "end" && cursor.limit < source.length) throw unexpected(cursor, "");
    return finish(cursor, expression, cursor.token.end);
  } catch (error) {
    if (!(error instanceof ExpressionStop)) throw error;
    cursor.problems.push(error.problem);
    const brace = source.indexOf("}", error.problem.span.start);
    return finish(cursor, undefined, brace === -1 ? source.length : brace + 1);
  }
}

function finish(cursor: ExpressionCursor, expression: Expression | undefined, end: number): ParsedExpression {
  const { path, problems, references, parts } = cursor;
  return { expression: problems.length === 0 ? expression : undefined, path, references, parts, problems, end };
}

function parseOr(cursor: ExpressionCursor): Expression {
  const { start } = cursor.token;
  let left = parseAnd(cursor);
  while (isSymbol(cursor, "||")) {
    advance(cursor);
    const right = parseProven(cursor, provenWhen(false, left), parseAnd);
    left = located(cursor, start, { kind: "or", left, right });
  }
  return left;
}

function parseAnd(cursor: ExpressionCursor): Expression {
  const { start } = cursor.token;
  let left = parseNot(cursor);
  while (isSymbol(cursor, "&&")) {
    advance(cursor);
    const right = parseProven(cursor, provenWhen(true, left), parseNot);
    left = located(cursor, start, { kind: "and", left, right });
  }
  return left;
}

/** What is read only after `exists(…)` has shown that it is there may be absent, as if it had a default. */
function parseProven(
  cursor: ExpressionCursor,
  proven: ReadonlySet<string>,
  parse: (cursor: ExpressionCursor) => Expression,
): Expression {
  const before = cursor.references.length;
  const expression = parse(cursor);
  for (const found of cursor.references.slice(before)) found.isOptional ||= isProven(proven, found.reference);
  return expression;
}

function parseNot(cursor: ExpressionCursor): Expression {
  if (!isSymbol(cursor, "!")) return parseComparison(cursor);
  const { start } = cursor.token;
  advance(cursor);
  const operand = deeper(cursor, parseNot);
  return located(cursor, start, { kind: "not", operand });
}

function parseComparison(cursor: ExpressionCursor): Expression {
  const { start } = cursor.token;
  const left = parseDefault(cursor);
  const operator = comparisonAt(cursor);
  if (operator === undefined) return left;
  advance(cursor);
  const right = parseDefault(cursor);
  if (comparisonAt(cursor) !== undefined) throw unexpected(cursor, "brackets around one of two comparisons in a row");
  return located(cursor, start, { kind: "comparison", operator, left, right });
}

function comparisonAt({ token }: ExpressionCursor): ComparisonOperator | undefined {
  if (token.kind !== "symbol" && token.kind !== "name") return undefined;
  return isComparison(token.text) ? token.text : undefined;
}

const comparisons: ReadonlySet<string> = new Set(comparisonOperators);

function isComparison(text: string): text is ComparisonOperator {
  return comparisons.has(text);
}

function parseDefault(cursor: ExpressionCursor): Expression {
  const { start } = cursor.token;
  let left = parsePrimary(cursor);
  while (isSymbol(cursor, "??")) {
    advance(cursor);
    markOptional(cursor, left);
    left = located(cursor, start, { kind: "default", left, right: parsePrimary(cursor) });
  }
  return left;
}

/** As in the evaluator: only a reference, or a `??` that ends in one, may be missing without an error. */
function markOptional(cursor: ExpressionCursor, expression: Expression): void {
  if (expression.kind === "reference") {
    const found = cursor.references.findLast(({ reference }) => reference === expression);
    if (found !== undefined) found.isOptional = true;
  } else if (expression.kind === "default") markOptional(cursor, expression.right);
}

function parsePrimary(cursor: ExpressionCursor): Expression {
  const { token } = cursor;
  if (isSymbol(cursor, "(")) {
    advance(cursor);
    const inner = deeper(cursor, parseOr);
    expectSymbol(cursor, ")");
    return inner;
  }
  if (token.kind === "name" && !isKeyword(token.text)) {
    advance(cursor);
    if (isSymbol(cursor, "(")) {
      const call = parseCall(cursor, token, () => {
        const argument = deeper(cursor, parseOr);
        if (token.text === "exists") markOptional(cursor, argument);
        return argument;
      });
      return located(cursor, token.start, call);
    }
    return located(cursor, token.start, parseReference(cursor, token));
  }
  const value = parseLiteral(cursor);
  return located(cursor, token.start, { kind: "value", value });
}

function isKeyword(name: string): boolean {
  return name === "true" || name === "false" || name === "null" || name === "in";
}
