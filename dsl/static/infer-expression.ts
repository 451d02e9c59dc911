import type { Expression, Reference } from "../../lib/workflow.ts";
import { union } from "./combine.ts";
import { inferCall } from "./infer-call.ts";
import { booleanType, isNever, kinds, never, numberKinds, restrict, type StaticType } from "./static-type.ts";
import { typeText } from "./type-text.ts";
import { valueType } from "./value-type.ts";

/** What the static evaluator works with. */
export interface Inference {
  /** What a reference gives when it gives something; any value where nothing is told. */
  typeOf(reference: Reference): StaticType;
  /** Takes a part of an expression with which the expression can only fail. */
  report(problem: TypeProblem): void;
}

export interface TypeProblem {
  readonly expression: Expression;
  readonly message: string;
  readonly fix?: string;
}

/**
 * What an expression gives, when it gives something. It mirrors `evaluate`, and reports each part that can only fail,
 * whatever the data.
 */
export function infer(expression: Expression, inference: Inference): StaticType {
  switch (expression.kind) {
    case "value":
      return valueType(expression.value);
    case "reference":
      return inference.typeOf(expression);
    case "default":
      return typeOfBranches(inferBranches(expression, inference));
    case "not":
      inferCondition(expression.operand, inference);
      return booleanType;
    case "and":
    case "or":
      inferCondition(expression.left, inference);
      inferCondition(expression.right, inference);
      return booleanType;
    case "comparison":
      inferComparison(expression, inference);
      return booleanType;
    case "call":
      return inferCall(
        expression,
        (argument, mask, wanted) =>
          demand(argument, mask, inference, (given) => ({ message: `${wanted()}, and this gives ${given}` })),
        (argument, message) => inference.report({ expression: argument, message }),
      );
  }
}

/** One of the values that an expression may come to: each `??` adds one. */
export interface Branch {
  readonly expression: Expression;
  readonly type: StaticType;
}

/** What an expression gives, branch by branch, so that a default that fits nothing is seen beside a value that fits. */
export function inferBranches(expression: Expression, inference: Inference): readonly Branch[] {
  if (expression.kind !== "default") return [{ expression, type: infer(expression, inference) }];
  const branches: Branch[] = [];
  collectBranches(expression, inference, true, branches);
  return branches;
}

/** Only the last branch may give null: of the others, null takes the next. */
function collectBranches(expression: Expression, inference: Inference, isLast: boolean, branches: Branch[]): void {
  if (expression.kind === "default") {
    collectBranches(expression.left, inference, false, branches);
    collectBranches(expression.right, inference, isLast, branches);
    return;
  }
  const type = infer(expression, inference);
  branches.push({ expression, type: isLast ? type : restrict(type, ~kinds.null) });
}

export function typeOfBranches(branches: readonly Branch[]): StaticType {
  const [first] = branches;
  if (first !== undefined && branches.length === 1) return first.type;
  return branches.map(({ type }) => type).reduce(union, never);
}

/** Infers an expression of which each branch must be of one of some kinds, and reports those that cannot be. */
export function demand(
  expression: Expression,
  mask: number,
  inference: Inference,
  complain: (given: string) => Omit<TypeProblem, "expression">,
): StaticType {
  if (expression.kind === "default") {
    const branches = inferBranches(expression, inference);
    for (const { expression: branch, type } of branches) {
      if (isOtherKind(type, mask)) inference.report({ expression: branch, ...complain(typeText(type)) });
    }
    return typeOfBranches(branches);
  }
  const type = infer(expression, inference);
  if (isOtherKind(type, mask)) inference.report({ expression, ...complain(typeText(type)) });
  return type;
}

function isOtherKind(type: StaticType, mask: number): boolean {
  return (type.kinds & mask) === 0 && !isNever(type);
}

/** Infers an operand that must be true or false. */
export function inferCondition(expression: Expression, inference: Inference): void {
  demand(expression, kinds.boolean, inference, noCondition);
}

function noCondition(given: string): Omit<TypeProblem, "expression"> {
  const message = `A condition must be true or false, and this gives ${given}`;
  return { message, fix: "compare it, or use exists(…)" };
}

type Comparison = Extract<Expression, { kind: "comparison" }>;

/** Anything can be compared for equality; an order is one of numbers or of strings. */
function inferComparison(expression: Comparison, inference: Inference): void {
  const { operator } = expression;
  const left = infer(expression.left, inference);
  const right = infer(expression.right, inference);
  if (isNever(left) || isNever(right) || operator === "==" || operator === "!=") return;
  const canWork = operator === "in" ? canContain(left, right) : canOrder(left, right);
  if (canWork) return;
  const message =
    operator === "in"
      ? `Cannot look for ${typeText(left)} in ${typeText(right)}: the right side must be an array, or a string or object with a string on the left`
      : `Cannot compare ${typeText(left)} ${operator} ${typeText(right)}: both must be numbers or both strings`;
  inference.report({ expression, message });
}

function canOrder(left: StaticType, right: StaticType): boolean {
  return [numberKinds, kinds.string].some((mask) => (left.kinds & mask) !== 0 && (right.kinds & mask) !== 0);
}

function canContain(left: StaticType, right: StaticType): boolean {
  if ((right.kinds & kinds.array) !== 0) return true;
  return (left.kinds & kinds.string) !== 0 && (right.kinds & (kinds.string | kinds.object)) !== 0;
}
