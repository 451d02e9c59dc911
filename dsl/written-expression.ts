import { parseExpression } from "./expression.ts";
import { createExpressionValue } from "./expression-value.ts";
import type { ExpressionValue } from "./typed-value.ts";

/**
 * An expression as files write it: `expression<string>("steps.later.output.title ?? 'none'")`. For what references and
 * operators cannot say, such as a constant where an expression is wanted, or a step that is defined later. `T` is what it
 * gives, default anything; nothing checks that it does.
 *
 * @throws {SyntaxError} saying what is wrong with the text.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- nothing is known of what a text gives
export function expression<T = any>(source: string): ExpressionValue<T> {
  const { expression: parsed, problems } = parseExpression(source);
  const [problem] = problems;
  if (parsed === undefined || problem !== undefined) {
    const state = problem === undefined ? "it is empty" : `${problem.message}, at character ${problem.span.start + 1}`;
    throw new SyntaxError(`Cannot parse expression ${JSON.stringify(source)}: ${state}`);
  }
  return createExpressionValue(parsed, undefined);
}
