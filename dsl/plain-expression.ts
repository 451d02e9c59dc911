import { type Expression, type Reference, type ReferenceRoot, referenceRoots } from "../lib/workflow.ts";
import { expressionLimits, type ExpressionProblem } from "./expression-cursor.ts";
import { isNamePart, isNameStart, isSpace } from "./expression-tokens.ts";
import type { LocatedExpression } from "./located-expression.ts";
import type { LocatedReference } from "./located-reference.ts";
import type { ParsedExpression } from "./parsed-expression.ts";
import type { Path, Span } from "./problem.ts";

/**
 * What a plain expression says, wherever it stands: a root and names with dots between them, or that with a text as its
 * default, and nothing else. By far most expressions that people write are such.
 */
export interface PlainText {
  readonly expression: Expression;
  readonly reference: Reference;
  /** Of the reference. All places count from where its text begins. */
  readonly start: number;
  readonly end: number;
  /** Of the text of its default, with its quotes. */
  readonly default: Span | undefined;
}

/**
 * Reads what stands from `from` to `to` in a string, if that is a plain expression. Undefined for any other, which the parser
 * of the whole language then reads.
 */
export function readPlainText(source: string, from: number, to: number): PlainText | undefined {
  const start = skipSpaces(source, from);
  const root = rootAt(source, start);
  if (root === undefined) return undefined;
  const names = start + root.length;
  let end = names;
  let count = 0;
  while (source.charCodeAt(end) === dot) {
    if (!isNameStart(source.charCodeAt(end + 1))) return undefined;
    end = endOfName(source, end + 1);
    count++;
  }
  const fallback = end === to ? undefined : textDefault(source, end, to);
  const isWhole = skipSpaces(source, fallback?.end ?? end) === to;
  if (!isWhole || count > expressionLimits.maxSegments) return undefined;
  const reference: Reference = { kind: "reference", root, path: namesAt(source, names, count) };
  const expression = fallback === undefined ? reference : withDefault(reference, source, fallback);
  return { expression, reference, start: start - from, end: end - from, default: fallback && moved(fallback, -from) };
}

/**
 * The plain expressions of a document. Most of them are written many times, and are read and kept once. Where an expression
 * stands is found by its identity, so one scope, such as a step, never gets the same one twice.
 */
export class PlainTexts {
  readonly #known = new Map<string, { readonly plain: PlainText; scope: number }>();
  #scope = 0;

  beginScope(): void {
    this.#scope++;
  }

  read(source: string, from: number, to: number): PlainText | undefined {
    // What one step gives is read by few others.
    if (source.startsWith("steps.", from)) return readPlainText(source, from, to);
    const text = source.slice(from, to);
    const known = this.#known.get(text);
    if (known !== undefined && known.scope !== this.#scope) {
      known.scope = this.#scope;
      return known.plain;
    }
    const plain = readPlainText(source, from, to);
    if (plain !== undefined && known === undefined) this.#known.set(text, { plain, scope: this.#scope });
    return plain;
  }
}

const noProblems: readonly ExpressionProblem[] = [];

/** A plain expression at its place, and its only reference in one. Where its parts are it computes when a problem asks for it. */
export class PlainExpression implements ParsedExpression, LocatedReference {
  readonly path: Path;
  readonly end: number;
  readonly #plain: PlainText;
  readonly #start: number;

  /** `start` is where its text begins in the string at `path`, and `end` where that string goes on. */
  constructor(plain: PlainText, path: Path, start: number, end: number) {
    this.#plain = plain;
    this.path = path;
    this.#start = start;
    this.end = end;
  }

  get expression(): Expression {
    return this.#plain.expression;
  }

  get reference(): Reference {
    return this.#plain.reference;
  }

  get references(): readonly LocatedReference[] {
    return [this];
  }

  get problems(): readonly ExpressionProblem[] {
    return noProblems;
  }

  get isOptional(): boolean {
    return this.#plain.default !== undefined;
  }

  get span(): Span {
    return moved(this.#plain, this.#start);
  }

  get segments(): readonly Span[] {
    const { root, path } = this.reference;
    let end = this.span.start + root.length;
    return path.map((key) => {
      const start = end + 1;
      end = start + String(key).length;
      return { start, end };
    });
  }

  get parts(): readonly LocatedExpression[] {
    const { expression, span } = this;
    const fallback = this.#plain.default;
    if (expression.kind !== "default" || fallback === undefined) return [{ expression, span }];
    const right = moved(fallback, this.#start);
    return [
      { expression: expression.left, span },
      { expression: expression.right, span: right },
      { expression, span: { start: span.start, end: right.end } },
    ];
  }
}

function moved({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}

/** Where the text of `?? "text"` stands, with its quotes; undefined where something else stands, or a text with an escape. */
function textDefault(source: string, start: number, limit: number): Span | undefined {
  const operator = skipSpaces(source, start);
  if (!source.startsWith("??", operator)) return undefined;
  const opening = skipSpaces(source, operator + 2);
  const quote = source.charAt(opening);
  if (quote !== "'" && quote !== '"') return undefined;
  const closing = source.indexOf(quote, opening + 1);
  if (closing === -1 || closing >= limit || source.slice(opening, closing).includes("\\")) return undefined;
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
