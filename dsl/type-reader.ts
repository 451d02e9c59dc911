import type { Expression } from "../lib/workflow.ts";
import type { CheckContext } from "./check-context.ts";
import type { KnownData } from "./known-data.ts";
import type { Path, Place } from "./problem.ts";
import type { Inference } from "./static/infer-expression.ts";
import type { StepPart } from "./step-parts.ts";
import type { StepSource } from "./step-source.ts";
import type { DocumentExpression } from "./template.ts";

/** The static evaluator of expressions in one part of a document, that knows where each of them stands. */
export interface TypeReader extends Inference {
  /** The place of an expression or a part of one; `fallback` when it has none of its own. */
  placeOf(expression: Expression, fallback: Path): Place;
}

/** Gives the static evaluator for each part of a step; for the workflow's own expressions there is neither. */
export function typeReaders(
  { report }: CheckContext,
  known: KnownData,
  step: StepSource | undefined,
  expressions: readonly DocumentExpression[],
): (part: StepPart | undefined) => TypeReader {
  // Only a file with something to report pays for this.
  let places: ReadonlyMap<Expression, Place> | undefined;
  const placeOf = (expression: Expression, fallback: Path): Place => {
    places ??= placesOf(expressions);
    return places.get(expression) ?? { path: fallback };
  };
  return (part) => ({
    placeOf,
    typeOf: (reference) => known.typeOf(reference, step, part),
    report({ expression, message, fix }) {
      report({ code: "EXPRESSION_TYPE", message, fix, place: placeOf(expression, step?.path ?? []) });
    },
  });
}

function placesOf(expressions: readonly DocumentExpression[]): ReadonlyMap<Expression, Place> {
  return new Map(
    expressions.flatMap(({ path, parts }) =>
      parts.map(({ expression, span }) => [expression, { path, span }] as const),
    ),
  );
}
