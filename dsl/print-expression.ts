import { referenceText } from "../lib/expression/reference.ts";
import { isArray, type JsonValue } from "../lib/json.ts";
import type { Expression } from "../lib/workflow.ts";

/** How tightly each kind binds, loosest first; the grammar in the order of its rules. */
const levels = { or: 1, and: 2, not: 3, comparison: 4, default: 5, primary: 6 } as const;

/** The text of an expression with the fewest brackets that parse to the same AST. */
export function printExpression(expression: Expression): string {
  return print(expression, levels.or);
}

/** Text that may stand where the grammar asks for `level` or something tighter. */
function print(expression: Expression, level: number): string {
  const own = levelOf(expression);
  return own < level ? `(${printBare(expression)})` : printBare(expression);
}

function levelOf({ kind }: Expression): number {
  return kind === "value" || kind === "reference" || kind === "call" ? levels.primary : levels[kind];
}

function printBare(expression: Expression): string {
  switch (expression.kind) {
    case "value":
      return printValue(expression.value);
    case "reference":
      return referenceText(expression);
    case "call":
      return `${expression.name}(${expression.arguments.map(printExpression).join(", ")})`;
    case "not":
      return `!${print(expression.operand, levels.not)}`;
    case "or":
      return `${print(expression.left, levels.or)} || ${print(expression.right, levels.and)}`;
    case "and":
      return `${print(expression.left, levels.and)} && ${print(expression.right, levels.not)}`;
    case "comparison":
      return `${print(expression.left, levels.default)} ${expression.operator} ${print(expression.right, levels.default)}`;
    case "default":
      return `${print(expression.left, levels.default)} ?? ${print(expression.right, levels.primary)}`;
  }
}

function printValue(value: JsonValue): string {
  if (typeof value === "string") return printString(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(printValue).join(", ")}]`;
  const members = Object.entries(value).map(([key, member]) => `${printString(key)}: ${printValue(member)}`);
  return `{${members.join(", ")}}`;
}

/** Single quotes where they need no escape, since the expression will stand inside a JSON string. */
function printString(text: string): string {
  const json = JSON.stringify(text);
  return json.length === text.length + 2 && !text.includes("'") ? `'${text}'` : json;
}
