import { isArray, type JsonValue } from "../lib/json.ts";
import type { Expression, Template } from "../lib/workflow.ts";
import { foldTemplate } from "./canonical.ts";
import { parseEmbeddedExpression } from "./expression.ts";
import type { ExpressionProblem } from "./expression-cursor.ts";
import type { LocatedExpression } from "./located-expression.ts";
import type { LocatedReference } from "./located-reference.ts";
import type { Path, Report } from "./problem.ts";

/** The most expressions one string may hold. */
const maxExpressions = 64;

/** A reference in a document: the string it stands in and where in that string. */
export interface DocumentReference extends LocatedReference {
  readonly path: Path;
}

/** An expression of a document: the string it stands in and where in that string its parts are. */
export interface DocumentExpression {
  readonly path: Path;
  readonly parts: readonly LocatedExpression[];
}

/** Where reading a template puts what it finds besides the template. */
export interface TemplateSink {
  readonly report: Report;
  readonly references: DocumentReference[];
  readonly expressions: DocumentExpression[];
}

/**
 * Reads JSON with expressions in it. It always gives a template: a broken expression is reported and left out. A value
 * without expressions is taken over, not copied.
 */
export function parseTemplate(value: JsonValue, path: Path, sink: TemplateSink): Template {
  return hasExpression(value) ? foldTemplate(readTemplate(value, path, sink)) : { kind: "literal", value };
}

/** Says `$${` too, which is not an expression but is not taken literally either. */
function hasExpression(value: JsonValue): boolean {
  if (typeof value === "string") return value.includes("${");
  if (typeof value !== "object" || value === null) return false;
  return isArray(value) ? value.some(hasExpression) : Object.values(value).some(hasExpression);
}

function readTemplate(value: JsonValue, path: Path, sink: TemplateSink): Template {
  if (typeof value === "string") return readText(value, path, sink);
  if (typeof value !== "object" || value === null) return { kind: "literal", value };
  if (isArray(value)) {
    return { kind: "array", items: value.map((item, index) => readTemplate(item, [...path, index], sink)) };
  }
  const entries = Object.entries(value).map(
    ([key, entry]) => [key, readTemplate(entry, [...path, key], sink)] as const,
  );
  return { kind: "object", entries: Object.fromEntries(entries) };
}

/** One pass over a string. `$${` is a literal `${`; a string that is exactly one expression keeps the value's type. */
function readText(text: string, path: Path, sink: TemplateSink): Template {
  const parts: (string | Expression)[] = [];
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
    const { expression, references, parts: located, problems, end } = parseEmbeddedExpression(text, mark + 2);
    sink.expressions.push({ path, parts: located });
    for (const reference of references) sink.references.push({ ...reference, path });
    for (const problem of problems) sink.report(documentProblem(problem, path));
    if (expression !== undefined && mark === 0 && end === text.length) return { kind: "expression", expression };
    parts.push(plain + text.slice(offset, mark));
    if (expression !== undefined) parts.push(expression);
    plain = "";
    offset = end;
  }
  parts.push(plain + text.slice(offset));
  return { kind: "text", parts };
}

function tooMany(path: Path, mark: number): Parameters<Report>[0] {
  const message = `The string holds more than ${maxExpressions} expressions`;
  return { code: "EXPRESSION_TOO_LARGE", message, place: { path, span: { start: mark, end: mark + 2 } } };
}

/** An expression's problem with its place in the document. */
export function documentProblem({ code, message, fix, span }: ExpressionProblem, path: Path): Parameters<Report>[0] {
  return { code, message, fix, place: { path, span } };
}
