import { type Expression, type Reference, type ReferenceRoot, referenceRoots } from "../lib/workflow.ts";
import { expressionLimits, type ExpressionProblem } from "./expression-cursor.ts";
import { closingBrace, isNamePart, isNameStart, isSpace } from "./expression-tokens.ts";
import type { LocatedExpression } from "./located-expression.ts";
import type { LocatedReference } from "./located-reference.ts";
import type { ParsedExpression } from "./parsed-expression.ts";
import type { Path, Span } from "./problem.ts";

/**
 * Reads an expression that is a root and names with dots between them, or that with a text as its default, and nothing
 * else: by far most of those that people write. Undefined for any other, which the parser of the whole language then reads.
 */
export function readPlainExpression(
  source: string,
  start: number,
  closing: "}" | undefined,
  at: Path,
): ParsedExpression | undefined {
  const first = skipSpaces(source, start);
  const root = rootAt(source, first);
  if (root === undefined) return undefined;
  const names = first + root.length;
  let last = names;
  let count = 0;
  while (source.charCodeAt(last) === dot) {
    if (!isNameStart(source.charCodeAt(last + 1))) return undefined;
    last = endOfName(source, last + 1);
    count++;
  }
  const path = namesAt(source, names, count);
  const reference: Reference = { kind: "reference", root, path };
  const text = textDefault(source, last);
  const after = skipSpaces(source, text?.end ?? last);
  const isWhole = closing === undefined ? after === source.length : source.charCodeAt(after) === closingBrace;
  const end = closing === undefined ? after : after + 1;
  const { maxLength, maxSegments } = expressionLimits;
  if (!isWhole || end - start > maxLength || path.length > maxSegments) return undefined;
  return new PlainExpression(reference, text && withDefault(reference, source, text), at, { first, last, text, end });
}

/** Where the reference stands, with the text of its default behind it, and where the document's text goes on. */
interface Extent {
  readonly first: number;
  readonly last: number;
  readonly text: Span | undefined;
  readonly end: number;
}

const noProblems: readonly ExpressionProblem[] = [];

/** The expression and its only reference in one. Where its parts are it computes when a problem asks for it. */
class PlainExpression implements ParsedExpression, LocatedReference {
  readonly expression: Expression;
  readonly reference: Reference;
  readonly path: Path;
  readonly end: number;
  readonly #first: number;
  readonly #last: number;
  readonly #text: Span | undefined;

  constructor(reference: Reference, whole: Expression | undefined, path: Path, { first, last, text, end }: Extent) {
    this.expression = whole ?? reference;
    this.reference = reference;
    this.path = path;
    this.end = end;
    this.#first = first;
    this.#last = last;
    this.#text = text;
  }

  get references(): readonly LocatedReference[] {
    return [this];
  }

  get problems(): readonly ExpressionProblem[] {
    return noProblems;
  }

  get isOptional(): boolean {
    return this.#text !== undefined;
  }

  get span(): Span {
    return { start: this.#first, end: this.#last };
  }

  get segments(): readonly Span[] {
    let end = this.#first + this.reference.root.length;
    return this.reference.path.map((key) => {
      const start = end + 1;
      end = start + String(key).length;
      return { start, end };
    });
  }

  get parts(): readonly LocatedExpression[] {
    const { expression, span } = this;
    if (expression.kind !== "default" || this.#text === undefined) return [{ expression, span }];
    const whole = { start: span.start, end: this.#text.end };
    return [
      { expression: expression.left, span },
      { expression: expression.right, span: this.#text },
      { expression, span: whole },
    ];
  }
}

/** Where the text of `?? "text"` stands, with its quotes; undefined where something else stands, or a text with an escape. */
function textDefault(source: string, start: number): Span | undefined {
  const operator = skipSpaces(source, start);
  if (!source.startsWith("??", operator)) return undefined;
  const opening = skipSpaces(source, operator + 2);
  const quote = source.charAt(opening);
  if (quote !== "'" && quote !== '"') return undefined;
  const closing = source.indexOf(quote, opening + 1);
  if (closing === -1 || source.slice(opening, closing).includes("\\")) return undefined;
  return { start: opening, end: closing + 1 };
}

function withDefault(left: Reference, source: string, text: Span): Expression {
  return { kind: "default", left, right: { kind: "value", value: source.slice(text.start + 1, text.end - 1) } };
}

/** `count` names with a dot before each, in a list that has room for these and no more: a file has thousands of them. */
function namesAt(source: string, start: number, count: number): readonly string[] {
  // oxlint-disable-next-line unicorn/no-new-array -- an array that grows takes room for 17 items at once on V8
  const names = new Array<string>(count);
  let end = start;
  for (let index = 0; index < count; index++) {
    const name = end + 1;
    end = endOfName(source, name);
    names[index] = source.slice(name, end);
  }
  return names;
}

const dot = 0x2e;

function rootAt(source: string, start: number): ReferenceRoot | undefined {
  for (const root of referenceRoots) {
    if (source.startsWith(root, start) && !isNamePart(source.charCodeAt(start + root.length))) return root;
  }
  return undefined;
}

function endOfName(source: string, start: number): number {
  let end = start;
  while (isNamePart(source.charCodeAt(end))) end++;
  return end;
}

function skipSpaces(source: string, start: number): number {
  let offset = start;
  while (isSpace(source.charCodeAt(offset))) offset++;
  return offset;
}
