import { isArray, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { Expression, Template } from "../lib/workflow.ts";
import { arrayTemplate, expressionTemplate, literal, objectTemplate, textTemplate } from "./canonical.ts";
import { parseEmbeddedExpression } from "./expression.ts";
import type { LocatedReference } from "./located-reference.ts";
import type { ParsedExpression } from "./parsed-expression.ts";
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

/** Where reading a template puts what it finds besides the template. */
export interface TemplateSink {
  readonly report: Report;
  readonly references: LocatedReference[];
  readonly expressions: DocumentExpression[];
}

/**
 * Reads JSON with expressions in it. It always gives a template, in the one shape its meaning has: a broken expression is
 * reported and left out. A value without expressions is taken over, not copied. `path` is walked on and left as it was.
 */
export function parseTemplate(value: JsonValue, path: (string | number)[], sink: TemplateSink): Template {
  return readTemplate(value, path, sink) ?? literal(value);
}

/** `path` is where the reader stands: keys come and go. Undefined for a value that holds no expression. */
function readTemplate(value: JsonValue, path: (string | number)[], sink: TemplateSink): Template | undefined {
  if (typeof value === "string") return value.includes("${") ? readText(value, path, sink) : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  return isArray(value) ? readArray(value, path, sink) : readObject(value, path, sink);
}

function readArray(array: readonly JsonValue[], path: (string | number)[], sink: TemplateSink): Template | undefined {
  let items: Template[] | undefined;
  let index = 0;
  for (const value of array) {
    path.push(index);
    const item = readTemplate(value, path, sink);
    path.pop();
    if (item !== undefined) items ??= array.slice(0, index).map(literal);
    items?.push(item ?? literal(value));
    index++;
  }
  return items && arrayTemplate(items);
}

function readObject(object: JsonObject, path: (string | number)[], sink: TemplateSink): Template | undefined {
  let entries: Record<string, Template> | undefined;
  for (const key in object) {
    const value = object[key];
    if (value === undefined) continue;
    path.push(key);
    const entry = readTemplate(value, path, sink);
    path.pop();
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
function readText(text: string, path: readonly (string | number)[], sink: TemplateSink): Template {
  const parts: (string | Expression)[] = [];
  const place = path.slice();
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
      sink.report(tooMany(place, mark));
      break;
    }
    const parsed = parseEmbeddedExpression(text, mark + 2, place);
    takeOver(parsed, sink);
    const { expression, end } = parsed;
    if (expression !== undefined && mark === 0 && end === text.length) return expressionTemplate(expression);
    parts.push(plain + text.slice(offset, mark));
    if (expression !== undefined) parts.push(expression);
    plain = "";
    offset = end;
  }
  parts.push(plain + text.slice(offset));
  return textTemplate(parts);
}

/** Puts what was read of an expression where the document's references, expressions and problems are. */
export function takeOver(parsed: ParsedExpression, sink: TemplateSink): void {
  const { path, references, problems } = parsed;
  sink.expressions.push(parsed);
  for (const reference of references) sink.references.push(reference);
  for (const { code, message, fix, span } of problems) sink.report({ code, message, fix, place: { path, span } });
}

function tooMany(path: Path, mark: number): Parameters<Report>[0] {
  const message = `The string holds more than ${maxExpressions} expressions`;
  return { code: "EXPRESSION_TOO_LARGE", message, place: { path, span: { start: mark, end: mark + 2 } } };
}
