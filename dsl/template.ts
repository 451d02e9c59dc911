import { isArray, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { Template } from "../lib/workflow.ts";
import {
  addTextPart,
  arrayTemplate,
  expressionTemplate,
  foldedText,
  literal,
  objectTemplate,
  type TextPart,
} from "./canonical.ts";
import { parseEmbeddedExpression } from "./expression.ts";
import type { LocatedReference } from "./located-reference.ts";
import type { ParsedExpression } from "./parsed-expression.ts";
import { PlainExpression, PlainTexts } from "./plain-expression.ts";
import type { Path, Place, Report } from "./problem.ts";

/** The most expressions one string may hold. */
const maxExpressions = 64;

/** The place of one part of a reference's path, or of all of it. */
export function referencePlace(reference: LocatedReference, segment?: number): Place {
  const span = segment === undefined ? reference.span : (reference.segments[segment] ?? reference.span);
  return { path: reference.path, span };
}

/** An expression of a document: the string it stands in and where in that string its parts are. */
export type DocumentExpression = Pick<ParsedExpression, "path" | "parts">;

/** Where reading the templates of a document puts what it finds besides them, and what it works with. */
export interface TemplateSink {
  readonly report: Report;
  readonly references: LocatedReference[];
  readonly expressions: DocumentExpression[];
  readonly plain: PlainTexts;
  /** The keys on the way to where the reader stands, and behind them those of ways it went before. */
  readonly trail: (string | number)[];
}

export function templateSink(report: Report): TemplateSink {
  return { report, references: [], expressions: [], plain: new PlainTexts(), trail: [] };
}

const here: Path = [];

/**
 * Reads JSON with expressions in it, which stands at `below` under `path`. It always gives a template, in the one shape its
 * meaning has: a broken expression is reported and left out. A value without expressions is taken over, not copied.
 */
export function parseTemplate(value: JsonValue, path: Path, sink: TemplateSink, below = here): Template {
  const { trail } = sink;
  let depth = 0;
  for (const key of path) trail[depth++] = key;
  for (const key of below) trail[depth++] = key;
  return readTemplate(value, depth, sink) ?? literal(value);
}

/** `depth` is how much of the trail leads to the value. Undefined for a value that holds no expression. */
function readTemplate(value: JsonValue, depth: number, sink: TemplateSink): Template | undefined {
  if (typeof value === "string") return value.includes("${") ? readText(value, depth, sink) : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  return isArray(value) ? readArray(value, depth, sink) : readObject(value, depth, sink);
}

function readArray(array: readonly JsonValue[], depth: number, sink: TemplateSink): Template | undefined {
  let items: Template[] | undefined;
  let index = 0;
  for (const value of array) {
    sink.trail[depth] = index;
    const item = readTemplate(value, depth + 1, sink);
    if (item !== undefined) items ??= array.slice(0, index).map(literal);
    items?.push(item ?? literal(value));
    index++;
  }
  return items && arrayTemplate(items);
}

function readObject(object: JsonObject, depth: number, sink: TemplateSink): Template | undefined {
  let entries: Record<string, Template> | undefined;
  for (const key in object) {
    const value = object[key];
    if (value === undefined) continue;
    sink.trail[depth] = key;
    const entry = readTemplate(value, depth + 1, sink);
    if (entry !== undefined) entries ??= literalsBefore(key, object);
    if (entries !== undefined) entries[key] = entry ?? literal(value);
  }
  return entries && objectTemplate(entries);
}

/** The entries in front of the first one that holds an expression, so that all keep their order. */
function literalsBefore(end: string, object: JsonObject): Record<string, Template> {
  const entries: Record<string, Template> = {};
  for (const key in object) {
    if (key === end) break;
    const value = object[key];
    if (value !== undefined) entries[key] = literal(value);
  }
  return entries;
}

/** One pass over a string. `$${` is a literal `${`; a string that is exactly one expression keeps the value's type. */
function readText(text: string, depth: number, sink: TemplateSink): Template {
  const path = sink.trail.slice(0, depth);
  const parts: TextPart[] = [];
  let plain = "";
  let offset = 0;
  let count = 0;
  for (let mark = text.indexOf("${"); mark !== -1; mark = text.indexOf("${", offset)) {
    if (mark > offset && text[mark - 1] === "$") {
      plain += `${text.slice(offset, mark - 1)}\${`;
      offset = mark + 2;
      continue;
    }
    if (++count > maxExpressions) {
      sink.report(tooMany(path, mark));
      break;
    }
    const parsed = parseEmbeddedExpression(text, mark + 2, path, sink.plain);
    takeOver(parsed, sink);
    const { expression, end } = parsed;
    if (expression !== undefined && mark === 0 && end === text.length) return expressionTemplate(expression);
    addTextPart(parts, plain + text.slice(offset, mark));
    if (expression !== undefined) addTextPart(parts, expression);
    plain = "";
    offset = end;
  }
  addTextPart(parts, plain + text.slice(offset));
  return foldedText(parts);
}

/** Puts what was read of an expression where the document's references, expressions and problems are. */
export function takeOver(parsed: ParsedExpression, sink: TemplateSink): void {
  sink.expressions.push(parsed);
  if (parsed instanceof PlainExpression) {
    sink.references.push(parsed);
    return;
  }
  const { path, references, problems } = parsed;
  for (const reference of references) sink.references.push(reference);
  for (const { code, message, fix, span } of problems) sink.report({ code, message, fix, place: { path, span } });
}

function tooMany(path: Path, mark: number): Parameters<Report>[0] {
  const message = `The string holds more than ${maxExpressions} expressions`;
  return { code: "EXPRESSION_TOO_LARGE", message, place: { path, span: { start: mark, end: mark + 2 } } };
}
