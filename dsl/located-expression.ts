import type { Expression } from "../lib/workflow.ts";
import type { Span } from "./problem.ts";

/** An expression, or a part of one, and where it stands in its string. */
export interface LocatedExpression {
  readonly expression: Expression;
  readonly span: Span;
}
