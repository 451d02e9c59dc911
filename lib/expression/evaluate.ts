import { ExpressionError } from "../errors.ts";
import { isArray, type JsonValue } from "../json.ts";
import type { ComparisonOperator, Expression, Reference } from "../workflow.ts";
import { callFunction } from "./functions.ts";
import { includesText } from "./includes-text.ts";
import { jsonEquals } from "./json-equals.ts";
import { referenceText } from "./reference.ts";
import { typeName } from "./type-name.ts";

/** What an expression can see. */
export interface Scope {
  /** The value a reference names, or undefined where there is none. */
  resolve(reference: Reference): JsonValue | undefined;
}

/**
 * The value of an expression. A missing or null operand is an {@link ExpressionError} unless a `??` covers it, because
 * guessing would run a step on data nobody gave.
 */
export function evaluate(expression: Expression, scope: Scope): JsonValue {
  switch (expression.kind) {
    case "value":
      return expression.value;
    case "reference":
      return required(expression, scope.resolve(expression));
    case "default":
      return optional(expression.left, scope) ?? evaluate(expression.right, scope);
    case "comparison":
      return compare(expression.operator, evaluate(expression.left, scope), evaluate(expression.right, scope));
    case "not":
      return !truth(evaluate(expression.operand, scope));
    case "and":
      return truth(evaluate(expression.left, scope)) && truth(evaluate(expression.right, scope));
    case "or":
      return truth(evaluate(expression.left, scope)) || truth(evaluate(expression.right, scope));
    case "call":
      return callFunction(expression, (argument) =>
        expression.name === "exists" ? (optional(argument, scope) ?? null) : evaluate(argument, scope),
      );
  }
}

/** The boolean an expression gives. A condition is never guessed from a value that is not one. */
export function evaluateCondition(expression: Expression, scope: Scope): boolean {
  return truth(evaluate(expression, scope));
}

function optional(expression: Expression, scope: Scope): JsonValue | undefined {
  if (expression.kind === "reference") return scope.resolve(expression);
  if (expression.kind === "default") return optional(expression.left, scope) ?? optional(expression.right, scope);
  return evaluate(expression, scope);
}

function required(reference: Reference, value: JsonValue | undefined): JsonValue {
  if (value !== undefined) return value;
  throw new ExpressionError(
    "EXPR_PATH_NOT_FOUND",
    `Cannot resolve "${referenceText(reference)}": there is no such value; add a default with "?? …" if it may be absent`,
  );
}

function truth(value: JsonValue): boolean {
  if (typeof value === "boolean") return value;
  throw new ExpressionError(
    "EXPR_TYPE_MISMATCH",
    `Cannot use ${typeName(value)} as a condition: it must be true or false; compare it or use exists(…)`,
  );
}

function compare(operator: ComparisonOperator, left: JsonValue, right: JsonValue): boolean {
  switch (operator) {
    case "==":
      return jsonEquals(left, right);
    case "!=":
      return !jsonEquals(left, right);
    case "in":
      return contains(left, right);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return ordered(operator, left, right);
  }
}

function ordered(operator: "<" | "<=" | ">" | ">=", left: JsonValue, right: JsonValue): boolean {
  const comparable =
    (typeof left === "number" && typeof right === "number") || (typeof left === "string" && typeof right === "string");
  if (!comparable) {
    throw new ExpressionError(
      "EXPR_TYPE_MISMATCH",
      `Cannot compare ${typeName(left)} ${operator} ${typeName(right)}: both must be numbers or both strings`,
    );
  }
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  return operator === ">" ? left > right : left >= right;
}

function contains(needle: JsonValue, haystack: JsonValue): boolean {
  if (typeof haystack === "string" && typeof needle === "string") return includesText(haystack, needle);
  if (typeof haystack === "object" && haystack !== null) {
    if (isArray(haystack)) return haystack.some((item) => jsonEquals(item, needle));
    if (typeof needle === "string") return Object.hasOwn(haystack, needle);
  }
  throw new ExpressionError(
    "EXPR_TYPE_MISMATCH",
    `Cannot look for ${typeName(needle)} in ${typeName(haystack)}: the right side must be an array, or a string or object with a string on the left`,
  );
}
