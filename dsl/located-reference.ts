import type { Reference } from "../lib/workflow.ts";
import type { Path, Span } from "./problem.ts";

/** A reference and where it stands. Places are kept outside the AST, so that equal expressions are equal data. */
export interface LocatedReference {
  readonly reference: Reference;
  /** Of the string it stands in. */
  readonly path: Path;
  /** In that string. */
  readonly span: Span;
  /** The span of each part of the reference's path, without dots, brackets and quotes. */
  readonly segments: readonly Span[];
  /** Whether the expression gives another value when this one is absent, or does not read it then. */
  readonly isOptional: boolean;
}
