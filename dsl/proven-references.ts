import { referenceText } from "../lib/expression/reference.ts";
import type { Expression, Reference } from "../lib/workflow.ts";

/** References that are known to give something where an expression has come to true or false: what its `exists(…)` named. */
export function provenWhen(isTrue: boolean, expression: Expression): ReadonlySet<string> {
  const proven = new Set<string>();
  collect(isTrue, expression, proven);
  return proven;
}

/** Whether a reference is among those that were proven. */
export function isProven(proven: ReadonlySet<string>, reference: Reference): boolean {
  return proven.size > 0 && proven.has(referenceText(reference));
}

/** `a && b` is true only when both are; `a || b` is false only when both are. Of the other outcomes one side tells nothing. */
function collect(isTrue: boolean, expression: Expression, proven: Set<string>): void {
  switch (expression.kind) {
    case "not":
      collect(!isTrue, expression.operand, proven);
      return;
    case "and":
    case "or":
      if (isTrue !== (expression.kind === "and")) return;
      collect(isTrue, expression.left, proven);
      collect(isTrue, expression.right, proven);
      return;
    case "call": {
      const [argument] = expression.arguments;
      if (isTrue && expression.name === "exists" && argument?.kind === "reference") proven.add(referenceText(argument));
      return;
    }
    case "value":
    case "reference":
    case "default":
    case "comparison":
  }
}
