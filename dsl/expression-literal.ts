import type { JsonValue } from "../lib/json.ts";
import { advance, deeper, type ExpressionCursor, expectSymbol, isSymbol, unexpected } from "./expression-cursor.ts";
import { isNumberInRange } from "./json-problems.ts";
import { quoted } from "./problem.ts";

/** A JSON value inside an expression. The same keys and numbers are refused as in the document. */
export function parseLiteral(cursor: ExpressionCursor): JsonValue {
  const { kind, text } = cursor.token;
  if (kind === "string") {
    advance(cursor);
    return text;
  }
  if (kind === "number") return parseNumber(cursor);
  if (kind === "name" && (text === "true" || text === "false" || text === "null")) {
    advance(cursor);
    return text === "null" ? null : text === "true";
  }
  if (isSymbol(cursor, "[")) return deeper(cursor, parseArray);
  if (isSymbol(cursor, "{")) return deeper(cursor, parseObject);
  throw unexpected(cursor, "a value, a reference or a function");
}

function parseNumber(cursor: ExpressionCursor): number {
  const { text, start, end } = cursor.token;
  // Adding 0 makes -0 the 0 that every JSON writer prints.
  const value = Number(text) + 0;
  if (!isNumberInRange(value, text)) {
    const message = "The number would lose digits";
    cursor.problems.push({ code: "JSON_NUMBER_RANGE", message, fix: "write it as a string", span: { start, end } });
  }
  advance(cursor);
  return value;
}

function parseArray(cursor: ExpressionCursor): JsonValue {
  const items: JsonValue[] = [];
  advance(cursor);
  while (items.length === 0 ? !isSymbol(cursor, "]") : isSymbol(cursor, ",")) {
    if (items.length > 0) advance(cursor);
    items.push(parseLiteral(cursor));
  }
  expectSymbol(cursor, "]");
  return items;
}

function parseObject(cursor: ExpressionCursor): JsonValue {
  const object: Record<string, JsonValue> = {};
  let isFirst = true;
  advance(cursor);
  while (isFirst ? !isSymbol(cursor, "}") : isSymbol(cursor, ",")) {
    if (!isFirst) advance(cursor);
    isFirst = false;
    const key = parseKey(cursor, object);
    expectSymbol(cursor, ":");
    const value = parseLiteral(cursor);
    if (key !== "__proto__") object[key] = value;
  }
  expectSymbol(cursor, "}");
  return object;
}

function parseKey(cursor: ExpressionCursor, object: object): string {
  const { kind, text, start, end } = cursor.token;
  if (kind !== "string") throw unexpected(cursor, "a key in quotes");
  const span = { start, end };
  if (text === "__proto__") {
    cursor.problems.push({ code: "JSON_FORBIDDEN_KEY", message: 'The key "__proto__" is not allowed', span });
  } else if (Object.hasOwn(object, text)) {
    const message = `The key ${quoted(text)} is already in this object`;
    cursor.problems.push({ code: "JSON_DUPLICATE_KEY", message, fix: "keep one of them", span });
  }
  advance(cursor);
  return text;
}
