import type { Absence } from "./absence.ts";
import type { CheckContext } from "./check-context.ts";
import type { KnownData } from "./known-data.ts";
import type { LocatedReference } from "./located-reference.ts";
import { quoted } from "./problem.ts";
import { followPath } from "./static/follow-path.ts";
import type { StaticType } from "./static/static-type.ts";
import type { StepSource } from "./step-source.ts";
import { isProven } from "./proven-references.ts";
import { partOf } from "./step-edges.ts";
import { referencePlace } from "./template.ts";

/** What a reference is checked in: the document, and the step that holds it unless it is the workflow's own. */
export interface ReferenceContext extends CheckContext {
  readonly known: KnownData;
  readonly absence: Absence;
  readonly reader: StepSource | undefined;
  /** Steps whose absence the reader's condition deals with. */
  readonly guarded: ReadonlySet<string>;
  /** What is there whenever the reader's condition lets it run. */
  readonly proven: ReadonlySet<string>;
}

/** Whether a reference may name what is absent: it has a default, or is read only where something has shown that it is there. */
export function mayBeAbsent({ reader, proven }: ReferenceContext, located: LocatedReference): boolean {
  if (located.isOptional) return true;
  return isProven(proven, located.reference) && reader !== undefined && partOf(reader, located) !== "condition";
}

/**
 * Reports what a type says against a path from `from` on. `owner` is whose schema it comes from, a step for its output; with
 * `isOptional` a value that may be absent is no problem.
 */
export function reportPath(
  context: ReferenceContext,
  located: LocatedReference,
  type: StaticType,
  from: number,
  owner: string | StepSource,
  isOptional = mayBeAbsent(context, located),
): void {
  const { reference } = located;
  const found = followPath(type, reference.path, from);
  if (found.kind === "excluded" || (found.kind === "undeclared" && !isOptional)) {
    const key = String(reference.path[found.at]);
    const isExcluded = found.kind === "excluded";
    context.report({
      code: "REFERENCE_EXCLUDED",
      ...(!isExcluded && { severity: "warning" }),
      message: `The schema of ${nameOfOwner(owner)} ${isExcluded ? "has no" : "does not declare"} ${quoted(key)}`,
      fix: context.suggest(key, found.names),
      place: referencePlace(located, found.at),
    });
  }
  if (found.kind === "found" && !found.isSure && !isOptional) {
    context.report({
      code: "REFERENCE_MAY_BE_ABSENT",
      severity: "warning",
      message: `The schema of ${nameOfOwner(owner)} does not require this value`,
      fix: 'add a default with "??"',
      place: referencePlace(located),
    });
  }
}

function nameOfOwner(owner: string | StepSource): string {
  return typeof owner === "string" ? owner : `the output of ${nameOf(owner)}`;
}

/** A step in the middle of a message. */
export function nameOf(step: StepSource): string {
  return `step ${quoted(step.id ?? "")}`;
}
