import type { Expression } from "../lib/workflow.ts";
import type { ExpressionProblem } from "./expression-cursor.ts";
import type { LocatedExpression } from "./located-expression.ts";
import type { LocatedReference } from "./located-reference.ts";
import type { Path } from "./problem.ts";

/** What reading one expression came to. `expression` is undefined exactly when there are problems. */
export interface ParsedExpression {
  readonly expression: Expression | undefined;
  /** Of the string it stands in. */
  readonly path: Path;
  readonly references: readonly LocatedReference[];
  /** The expression and all its parts, each after its own parts. */
  readonly parts: readonly LocatedExpression[];
  readonly problems: readonly ExpressionProblem[];
  /** Where the text goes on: behind the closing brace, or behind the next one when the grammar was broken before it. */
  readonly end: number;
}
