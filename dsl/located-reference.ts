import type { Reference } from "../lib/workflow.ts";
import type { Span } from "./problem.ts";

/** A reference and where it stands. Places are kept outside the AST, so that equal expressions are equal data. */
export interface LocatedReference {
  readonly reference: Reference;
  readonly span: Span;
  /** The span of each part of the path, without dots, brackets and quotes. */
  readonly segments: readonly Span[];
  /** Whether the expression gives another value when this one is absent. */
  readonly isOptional: boolean;
}
