import { type Expression, functionArity, type FunctionName } from "../lib/workflow.ts";
import { advance, type ExpressionCursor, expectSymbol, isSymbol } from "./expression-cursor.ts";
import type { Token } from "./expression-tokens.ts";
import { nearest } from "./nearest.ts";
import { quoted, quotedList } from "./problem.ts";

const functionNames = Object.keys(functionArity);

function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(functionArity, name);
}

/** The rest of a call whose name has been read. An unknown name or a wrong count is reported and reading goes on. */
export function parseCall(cursor: ExpressionCursor, nameToken: Token, parseArgument: () => Expression): Expression {
  advance(cursor);
  const parsed: Expression[] = [];
  while (parsed.length === 0 ? !isSymbol(cursor, ")") : isSymbol(cursor, ",")) {
    if (parsed.length > 0) advance(cursor);
    parsed.push(parseArgument());
  }
  expectSymbol(cursor, ")");
  const name = nameToken.text;
  if (!isFunctionName(name)) {
    reportUnknown(cursor, nameToken);
    return { kind: "value", value: null };
  }
  reportArity(cursor, nameToken, name, parsed.length);
  return { kind: "call", name, arguments: parsed };
}

function reportUnknown(cursor: ExpressionCursor, { text, start, end }: Token): void {
  const near = nearest(text, functionNames);
  cursor.problems.push({
    code: "EXPRESSION_UNKNOWN_FUNCTION",
    message: `Cannot call ${quoted(text)}: the functions are ${quotedList(functionNames)}`,
    fix: near === undefined ? undefined : `did you mean ${quoted(near)}?`,
    span: { start, end },
  });
}

function reportArity(cursor: ExpressionCursor, { start, end }: Token, name: FunctionName, count: number): void {
  const [minimum, maximum] = functionArity[name];
  if (count >= minimum && count <= maximum) return;
  const wanted = minimum === maximum ? String(minimum) : `${minimum} to ${maximum}`;
  cursor.problems.push({
    code: "EXPRESSION_ARITY",
    message: `Cannot call "${name}" with ${count} arguments: it takes ${wanted}`,
    span: { start, end },
  });
}
