import { ExpressionError } from "../errors.ts";
import { isArray, type JsonValue } from "../json.ts";
import type { Expression, FunctionName } from "../workflow.ts";
import { Expansion } from "./expansion.ts";
import { scalarText } from "./scalar-text.ts";
import { typeName } from "./type-name.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** Applies one of the language's functions. `valueOf` evaluates an argument; the parser has checked how many there are. */
export function callFunction(call: Call, valueOf: (argument: Expression) => JsonValue): JsonValue {
  const values = call.arguments.map(valueOf);
  return functions[call.name](values[0] ?? null, values[1] ?? null);
}

const functions: Record<FunctionName, (first: JsonValue, second: JsonValue) => JsonValue> = {
  exists: (value) => value !== null,
  json(value) {
    const expansion = new Expansion();
    expansion.add(JSON.stringify(value));
    return expansion.text;
  },
  length(value) {
    if (typeof value === "string") return value.length;
    if (typeof value === "object" && value !== null) return isArray(value) ? value.length : Object.keys(value).length;
    throw wrongType("length", "a string, an array or an object", value);
  },
  startsWith: (value, prefix) => text("startsWith", value).startsWith(text("startsWith", prefix)),
  endsWith: (value, suffix) => text("endsWith", value).endsWith(text("endsWith", suffix)),
  join(items, separator) {
    if (typeof items !== "object" || items === null || !isArray(items)) throw wrongType("join", "an array", items);
    return joined(items, separator === null ? "," : text("join", separator));
  },
};

function joined(items: readonly JsonValue[], separator: string): string {
  const expansion = new Expansion();
  for (const [index, item] of items.entries()) {
    if (index > 0) expansion.add(separator);
    expansion.add(scalarText(item));
  }
  return expansion.text;
}

function text(name: FunctionName, value: JsonValue): string {
  if (typeof value === "string") return value;
  throw wrongType(name, "a string", value);
}

function wrongType(name: FunctionName, wanted: string, value: JsonValue): ExpressionError {
  return new ExpressionError(
    "EXPR_TYPE_MISMATCH",
    `Cannot call ${name}(…): it takes ${wanted}, got ${typeName(value)}`,
  );
}
