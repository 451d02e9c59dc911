import { referenceText } from "../lib/expression/reference.ts";
import { isArray, type JsonValue } from "../lib/json.ts";
import type { Expression, Reference } from "../lib/workflow.ts";
import { expressionLimits } from "./expression-cursor.ts";
import { shortestNumber, shortestString } from "./shortest-literal.ts";

/** How tightly each kind binds, loosest first; the grammar in the order of its rules. */
const levels = { or: 1, and: 2, not: 3, comparison: 4, default: 5, primary: 6 } as const;

/** How what means the same is written. */
interface Style {
  readonly space: "" | " ";
  readonly string: (text: string) => string;
  readonly number: (value: number) => string;
  readonly reference: (reference: Reference) => string;
}

const readable: Style = { space: " ", string: readableString, number: String, reference: referenceText };
/** No longer than any text that parses to the same. */
const dense: Style = { space: "", string: shortestString, number: shortestNumber, reference: denseReference };

/**
 * The text of an expression with the fewest brackets that parse to the same AST. It is written without spaces where it
 * would be too long with them, so that whatever was read can be printed.
 */
export function printExpression(expression: Expression): string {
  const text = print(expression, levels.or, readable);
  return text.length <= expressionLimits.maxLength ? text : print(expression, levels.or, dense);
}

/** Text that may stand where the grammar asks for `level` or something tighter. */
function print(expression: Expression, level: number, style: Style): string {
  const text = printBare(expression, style);
  return levelOf(expression) < level ? `(${text})` : text;
}

function levelOf({ kind }: Expression): number {
  return kind === "value" || kind === "reference" || kind === "call" ? levels.primary : levels[kind];
}

function printBare(expression: Expression, style: Style): string {
  const { space } = style;
  switch (expression.kind) {
    case "value":
      return printValue(expression.value, style);
    case "reference":
      return style.reference(expression);
    case "call":
      return `${expression.name}(${expression.arguments.map((given) => print(given, levels.or, style)).join(`,${space}`)})`;
    case "not":
      return `!${print(expression.operand, levels.not, style)}`;
    case "or":
      return `${print(expression.left, levels.or, style)}${space}||${space}${print(expression.right, levels.and, style)}`;
    case "and":
      return `${print(expression.left, levels.and, style)}${space}&&${space}${print(expression.right, levels.not, style)}`;
    case "comparison":
      return printComparison(expression, style);
    case "default":
      return `${print(expression.left, levels.default, style)}${space}??${space}${print(expression.right, levels.primary, style)}`;
  }
}

function printComparison(expression: Extract<Expression, { kind: "comparison" }>, style: Style): string {
  const left = print(expression.left, levels.default, style);
  const right = print(expression.right, levels.default, style);
  // "in" is a word: it would become part of a name or a number beside it.
  const isWord = expression.operator === "in";
  const before = isWord && /[\w-]$/.test(left) ? " " : style.space;
  const after = isWord && /^[\w-]/.test(right) ? " " : style.space;
  return `${left}${before}${expression.operator}${after}${right}`;
}

function printValue(value: JsonValue, style: Style): string {
  const { space } = style;
  if (typeof value === "string") return style.string(value);
  if (typeof value === "number") return style.number(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (isArray(value)) return `[${value.map((item) => printValue(item, style)).join(`,${space}`)}]`;
  const members = Object.entries(value).map(
    ([key, member]) => `${style.string(key)}:${space}${printValue(member, style)}`,
  );
  return `{${members.join(`,${space}`)}}`;
}

/** Single quotes where they need no escape, since the expression will stand inside a JSON string. */
function readableString(text: string): string {
  const json = JSON.stringify(text);
  return json.length === text.length + 2 && !text.includes("'") ? `'${text}'` : json;
}

function denseReference({ root, path }: Reference): string {
  const parts = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${shortestString(key)}]`;
  });
  return root + parts.join("");
}
