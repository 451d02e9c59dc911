import type { ComparisonOperator, FunctionName } from "../lib/workflow.ts";
import { combine, createExpressionValue, type Operand, operandExpression } from "./expression-value.ts";
import type { ExpressionValue } from "./typed-value.ts";
import { commonScope, sourceOf } from "./value-source.ts";

type Truth = ExpressionValue<boolean>;
type Ordered = Operand<number> | Operand<string>;

/** `left == right`, by value: equal objects and arrays are equal. */
export function equals(left: unknown, right: unknown): Truth {
  return comparison("==", left, right);
}

/** `left != right`. */
export function notEquals(left: unknown, right: unknown): Truth {
  return comparison("!=", left, right);
}

/** `left < right`, for two numbers or two strings. */
export function lessThan(left: Ordered, right: Ordered): Truth {
  return comparison("<", left, right);
}

/** `left <= right`, for two numbers or two strings. */
export function lessOrEqual(left: Ordered, right: Ordered): Truth {
  return comparison("<=", left, right);
}

/** `left > right`, for two numbers or two strings. */
export function greaterThan(left: Ordered, right: Ordered): Truth {
  return comparison(">", left, right);
}

/** `left >= right`, for two numbers or two strings. */
export function greaterOrEqual(left: Ordered, right: Ordered): Truth {
  return comparison(">=", left, right);
}

/** `item in container`: an item of an array, part of a string, or key of an object. */
export function contains(
  container: Operand<string> | Operand<readonly unknown[]> | Operand<object>,
  item: unknown,
): Truth {
  return comparison("in", item, container);
}

/** `left && right && …`. What comes after the first false operand is not evaluated. */
export function and(first: Operand<boolean>, second: Operand<boolean>, ...others: readonly Operand<boolean>[]): Truth {
  return chain("and", first, second, others);
}

/** `left || right || …`. What comes after the first true operand is not evaluated. */
export function or(first: Operand<boolean>, second: Operand<boolean>, ...others: readonly Operand<boolean>[]): Truth {
  return chain("or", first, second, others);
}

/** `!operand`. */
export function not(operand: Operand<boolean>): Truth {
  return combine([operand], (only) => ({ kind: "not", operand: only }));
}

/** Characters of a string, items of an array, or keys of an object. */
export function length(
  value: Operand<string> | Operand<readonly unknown[]> | Operand<object>,
): ExpressionValue<number> {
  return call("length", value);
}

/** Whether the value is there and not null. */
export function exists(value: ExpressionValue<unknown>): Truth {
  return call("exists", value);
}

/** Whether a string starts with another. */
export function startsWith(value: Operand<string>, prefix: Operand<string>): Truth {
  return call("startsWith", value, prefix);
}

/** Whether a string ends with another. */
export function endsWith(value: Operand<string>, suffix: Operand<string>): Truth {
  return call("endsWith", value, suffix);
}

/** The items of an array as one string, with `","` between them unless told. */
export function join(items: Operand<readonly unknown[]>, separator?: Operand<string>): ExpressionValue<string> {
  return separator === undefined ? call("join", items) : call("join", items, separator);
}

/** The value as JSON text. */
export function json(value: ExpressionValue<unknown>): ExpressionValue<string> {
  return call("json", value);
}

function chain(kind: "and" | "or", first: unknown, second: unknown, others: readonly unknown[]): Truth {
  const pair = (left: unknown, right: unknown): Truth =>
    combine([left, right], (leftSide, rightSide) => ({ kind, left: leftSide, right: rightSide }));
  return others.reduce<Truth>(pair, pair(first, second));
}

function comparison(operator: ComparisonOperator, leftOperand: unknown, rightOperand: unknown): Truth {
  return combine([leftOperand, rightOperand], (left, right) => ({ kind: "comparison", operator, left, right }));
}

function call<T>(name: FunctionName, ...operands: readonly unknown[]): ExpressionValue<T> {
  const scope = commonScope(operands.map(sourceOf));
  return createExpressionValue({ kind: "call", name, arguments: operands.map(operandExpression) }, scope);
}
