import type { Expression, Reference } from "../lib/workflow.ts";
import type { CheckContext } from "./check-context.ts";
import type { KnownData } from "./known-data.ts";
import type { Path, Place } from "./problem.ts";
import type { Inference, TypeProblem } from "./static/infer-expression.ts";
import type { StaticType } from "./static/static-type.ts";
import type { StepPart } from "./step-parts.ts";
import type { StepSource } from "./step-source.ts";
import type { DocumentExpression } from "./template.ts";

/** The static evaluator of expressions in one part of a document, that knows where each of them stands. */
export interface TypeReader extends Inference {
  /** The place of an expression or a part of one; `fallback` when it has none of its own. */
  placeOf(expression: Expression, fallback: Path): Place;
}

/** Whose expressions are read, and what is known of the data they name. */
export interface Reading {
  readonly context: CheckContext;
  readonly known: KnownData;
  /** Undefined for the workflow's own expressions. */
  readonly step: StepSource | undefined;
}

/** The static evaluator for a part of a step; the workflow's own expressions have none. */
export function typeReader(reading: Reading, part?: StepPart): TypeReader {
  return new PartReader(reading, part);
}

class PartReader implements TypeReader {
  readonly #reading: Reading;
  readonly #part: StepPart | undefined;
  // Only a file with something to report pays for this.
  #places: ReadonlyMap<Expression, Place> | undefined;

  constructor(reading: Reading, part: StepPart | undefined) {
    this.#reading = reading;
    this.#part = part;
  }

  placeOf(expression: Expression, fallback: Path): Place {
    const { step, context } = this.#reading;
    this.#places ??= placesOf((step ?? context.source).expressions);
    return this.#places.get(expression) ?? { path: fallback };
  }

  typeOf(reference: Reference): StaticType {
    const { known, step } = this.#reading;
    return known.typeOf(reference, step, this.#part);
  }

  report({ expression, message, fix }: TypeProblem): void {
    const { context, step } = this.#reading;
    const place = this.placeOf(expression, step?.path ?? []);
    context.report({ code: "EXPRESSION_TYPE", message, fix, place });
  }
}

function placesOf(expressions: readonly DocumentExpression[]): ReadonlyMap<Expression, Place> {
  return new Map(
    expressions.flatMap(({ path, parts }) =>
      parts.map(({ expression, span }) => [expression, { path, span }] as const),
    ),
  );
}
