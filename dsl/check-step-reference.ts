import { mayBeAbsent, type ReferenceContext, reportPath } from "./check-path.ts";
import type { LocatedReference } from "./located-reference.ts";
import { quoted } from "./problem.ts";
import { followPath } from "./static/follow-path.ts";
import type { StaticType } from "./static/static-type.ts";
import { partOf } from "./step-edges.ts";
import type { StepSource } from "./step-source.ts";
import { referencePlace } from "./template.ts";

const fields = ["output", "status", "error"] as const;

/** Checks `steps.<id>.<field>.<path>`: the step, the field, the path in the agent's schema, and whether it is there. */
export function checkStepReference(context: ReferenceContext, located: LocatedReference): void {
  const { path } = located.reference;
  const [id] = path;
  if (typeof id !== "string") {
    const message = "A reference to a step names the step";
    const fix = 'write "steps.<id>.output"';
    context.report({ code: "REFERENCE_UNKNOWN", message, fix, place: referencePlace(located) });
    return;
  }
  const step = context.source.stepsById.get(id) ?? context.findStep(id, referencePlace(located, 0));
  const field = fields.find((name) => name === path[1]);
  if (field === undefined) reportField(context, located, id);
  else if (field === "status") reportStatusPath(context, located);
  else if (step !== undefined && step === context.reader) checkOwnOutput(context, located, step, field);
  else if (step !== undefined) {
    const isReported = reportAbsence(context, located, step, field);
    if (field === "output") reportOutputPath(context, located, step, isReported);
  }
}

/** A compensation runs after its step completed, so the output is there, and it is the step's own. */
function checkOwnOutput(
  context: ReferenceContext,
  located: LocatedReference,
  step: StepSource,
  field: "output" | "error",
): void {
  if (partOf(step, located) !== "compensate") return;
  if (field === "error") reportAbsence(context, located, step, field);
  else reportPath(context, located, context.known.stepOutput(step), 2, step);
}

function reportField(context: ReferenceContext, located: LocatedReference, id: string): void {
  const { path } = located.reference;
  const hasField = path.length > 1;
  context.report({
    code: "REFERENCE_UNKNOWN",
    message: hasField
      ? `A step has "output", "status" and "error", not ${quoted(String(path[1]))}`
      : `The step ${quoted(id)} itself is not a value`,
    fix: hasField ? `write ".output" after the step's id` : `use ".output", ".status" or ".error"`,
    place: hasField ? referencePlace(located, 1) : referencePlace(located),
  });
}

function reportStatusPath(context: ReferenceContext, located: LocatedReference): void {
  if (located.reference.path.length === 2) return;
  const message = "The status of a step is text and has no parts";
  context.report({ code: "REFERENCE_UNKNOWN", message, fix: "remove the rest", place: referencePlace(located, 2) });
}

function reportAbsence(
  context: ReferenceContext,
  located: LocatedReference,
  step: StepSource,
  field: "output" | "error",
): boolean {
  const { absence, reader, guarded } = context;
  if (mayBeAbsent(context, located) || guarded.has(step.id ?? "")) return false;
  const reason =
    field === "output"
      ? absence.reasonFor(step, reader)
      : absence.isFallbackOf(reader, step)
        ? undefined
        : `step ${quoted(step.id ?? "")} has an error only when it fails`;
  if (reason === undefined) return false;
  context.report({
    code: "REFERENCE_MAY_BE_ABSENT",
    message: `The ${field} may be absent: ${reason}`,
    fix: 'add a default with "??"',
    place: referencePlace(located),
  });
  return true;
}

/** With a fallback the output comes from either agent, so a path is excluded only where both exclude it. */
function reportOutputPath(
  context: ReferenceContext,
  located: LocatedReference,
  step: StepSource,
  isReported: boolean,
): void {
  const type = context.known.stepOutput(step);
  const fallback = step.onError === "fallback" ? context.source.stepsById.get(step.fallbackStepId ?? "") : undefined;
  if (fallback === undefined) {
    reportPath(context, located, type, 2, step, isReported || mayBeAbsent(context, located));
    return;
  }
  const lost = lossIn(type, located);
  const lostInOther = lossIn(context.known.stepOutput(fallback), located);
  if (lost !== undefined && lostInOther !== undefined) {
    reportPath(context, located, type, 2, step);
  } else if (lost !== lostInOther && !isReported && !mayBeAbsent(context, located)) {
    context.report({
      code: "REFERENCE_MAY_BE_ABSENT",
      ...((lost ?? lostInOther) === "undeclared" && { severity: "warning" }),
      message: `The output may come from step ${quoted(fallback.id ?? "")}, and only one of the two has this value`,
      fix: 'add a default with "??"',
      place: referencePlace(located),
    });
  }
}

function lossIn(type: StaticType, { reference }: LocatedReference): "excluded" | "undeclared" | undefined {
  const { kind } = followPath(type, reference.path, 2);
  return kind === "excluded" || kind === "undeclared" ? kind : undefined;
}
