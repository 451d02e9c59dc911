import { toJson } from "../lib/to-json.ts";
import type { Expression } from "../lib/workflow.ts";
import type { ExpressionValue } from "./typed-value.ts";
import { attachSource, commonScope, type DefinitionScope, sourceOf } from "./value-source.ts";

/** What an operator takes: a value of the running workflow, or a constant. */
export type Operand<T> = ExpressionValue<T> | T;

/** A value made by operators. It has no fields: the language reads fields of references only. */
export function createExpressionValue<T>(
  expression: Expression,
  scope: DefinitionScope | undefined,
): ExpressionValue<T> {
  const value = {
    default: (fallback: unknown) => withDefault(value, fallback),
    [Symbol.toPrimitive]: () => {
      throw new TypeError("Cannot make a string of an expression: use the text tag, as in text`…`");
    },
  };
  return attachSource(value, { scope, content: expression });
}

/** `value ?? fallback`. */
export function withDefault<T>(value: object, fallback: unknown): ExpressionValue<T> {
  return combine([value, fallback], (left, right) => ({ kind: "default", left, right }));
}

/** The expression that `build` makes of one or two operands; constants become literals. */
export function combine<T>(
  operands: readonly [unknown, unknown?],
  build: (left: Expression, right: Expression) => Expression,
): ExpressionValue<T> {
  const [left, right] = operands;
  const scope = commonScope(operands.map(sourceOf));
  return createExpressionValue(build(operandExpression(left), operandExpression(right)), scope);
}

/** The expression of one operand. Throws TypeError for a text, which is a template and not an expression. */
export function operandExpression(operand: unknown): Expression {
  const content = sourceOf(operand)?.content;
  if (content === undefined) return { kind: "value", value: toJson(operand, Number.POSITIVE_INFINITY).value };
  if ("kind" in content) return content;
  throw new TypeError("Cannot use a text in an expression: it can only stand in a step's input");
}
