import type { Expression, Reference } from "../../lib/workflow.ts";
import { printExpression } from "../print-expression.ts";
import { dataCode, flat, isIdentifier } from "./code.ts";
import { operatorNames } from "./names.ts";
import { baseOf, type PrintScope, use } from "./print-scope.ts";

/** An expression as references and operators; where they cannot say it, as its text in `expression()`. */
export function expressionCode(expression: Expression, scope: PrintScope): string {
  switch (expression.kind) {
    case "value":
      return writtenCode(expression, scope);
    case "reference":
      return referenceCode(expression, scope) ?? writtenCode(expression, scope);
    case "default":
      return `${expressionCode(expression.left, scope)}.default(${operandCode(expression.right, scope)})`;
    case "comparison": {
      const { operator, left, right } = expression;
      const operands = operator === "in" ? [right, left] : [left, right];
      return callCode(operatorNames[operator], operands, scope);
    }
    case "not":
      return callCode("not", [expression.operand], scope);
    case "and":
    case "or":
      return callCode(expression.kind, chained(expression.kind, expression), scope);
    case "call":
      return expression.name === "exists" || expression.name === "json"
        ? `${use(scope, expression.name)}(${expression.arguments.map((part) => expressionCode(part, scope)).join(", ")})`
        : callCode(expression.name, expression.arguments, scope);
  }
}

function callCode(name: string, operands: readonly Expression[], scope: PrintScope): string {
  return `${use(scope, name)}(${operands.map((operand) => operandCode(operand, scope)).join(", ")})`;
}

/** Operators take constants as they are. */
function operandCode(operand: Expression, scope: PrintScope): string {
  return operand.kind === "value" ? flat(dataCode(operand.value)) : expressionCode(operand, scope);
}

/** `and(a, b, c)` for what is nested to the left, as the function nests it again. */
function chained(kind: "and" | "or", expression: Expression): readonly Expression[] {
  return expression.kind === kind ? [...chained(kind, expression.left), expression.right] : [expression];
}

function writtenCode(expression: Expression, scope: PrintScope): string {
  return `${use(scope, "expression")}(${JSON.stringify(printExpression(expression))})`;
}

/** Undefined for what is not in reach, or has an index that a property access cannot tell from a key. */
function referenceCode(reference: Reference, scope: PrintScope): string | undefined {
  const base = baseOf(scope, reference);
  if (base === undefined) return undefined;
  let [code] = base;
  for (const key of reference.path.slice(base[1])) {
    if (typeof key === "number") {
      if (!readsAsIndex(String(key))) return undefined;
      code += `[${key}]`;
    } else if (key === "default" || readsAsIndex(key)) code = `${use(scope, "field")}(${code}, ${JSON.stringify(key)})`;
    else code += isIdentifier(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  }
  return code;
}

function readsAsIndex(key: string): boolean {
  return /^(?:0|[1-9]\d{0,14})$/.test(key);
}
