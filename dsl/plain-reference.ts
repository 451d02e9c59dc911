import { type Reference, type ReferenceRoot, referenceRoots } from "../lib/workflow.ts";
import { expressionLimits } from "./expression-cursor.ts";
import { closingBrace, isNamePart, isNameStart, isSpace } from "./expression-tokens.ts";
import type { LocatedReference } from "./located-reference.ts";
import type { Path, Span } from "./problem.ts";

/**
 * Reads an expression that is a root and names with dots between them, and nothing else: by far most of those that people
 * write. Undefined for any other, which the parser of the whole language then reads.
 */
export function readPlainReference(
  source: string,
  start: number,
  closing: "}" | undefined,
  at: Path,
): PlainReference | undefined {
  const first = skipSpaces(source, start);
  const root = rootAt(source, first);
  if (root === undefined) return undefined;
  const path: string[] = [];
  let last = first + root.length;
  while (source.charCodeAt(last) === dot) {
    const name = last + 1;
    if (!isNameStart(source.charCodeAt(name))) return undefined;
    last = endOfName(source, name);
    path.push(source.slice(name, last));
  }
  const after = skipSpaces(source, last);
  const isWhole = closing === undefined ? after === source.length : source.charCodeAt(after) === closingBrace;
  const end = closing === undefined ? after : after + 1;
  const { maxLength, maxSegments } = expressionLimits;
  if (!isWhole || end - start > maxLength || path.length > maxSegments) return undefined;
  return new PlainReference({ kind: "reference", root, path }, at, first, last, end);
}

/** Where its parts are follows from how long they are, so it is computed when a problem asks for it. */
export class PlainReference implements LocatedReference {
  readonly reference: Reference;
  readonly path: Path;
  readonly isOptional = false;
  /** Where the text goes on. */
  readonly end: number;
  readonly #first: number;
  readonly #last: number;

  constructor(reference: Reference, path: Path, first: number, last: number, end: number) {
    this.reference = reference;
    this.path = path;
    this.end = end;
    this.#first = first;
    this.#last = last;
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
