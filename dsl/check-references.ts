import { isJsonObject } from "../lib/json.ts";
import { valueAt } from "../lib/expression/reference.ts";
import { findAbsence } from "./absence.ts";
import type { CheckContext } from "./check-context.ts";
import { checkDeclared } from "./check-declared.ts";
import { checkSecret } from "./check-secret.ts";
import { checkRoot } from "./check-roots.ts";
import { nameOf, type ReferenceContext, reportPath } from "./check-path.ts";
import { checkStepReference } from "./check-step-reference.ts";
import type { KnownData } from "./known-data.ts";
import { type Problem, quoted } from "./problem.ts";
import { provenWhen } from "./proven-references.ts";
import { partOf } from "./step-edges.ts";
import type { StepSource } from "./step-source.ts";
import type { LocatedReference } from "./located-reference.ts";
import { referencePlace } from "./template.ts";

/** Checks that each reference names something that exists and, unless it has a default, is there when it is read. */
export function checkReferences(check: CheckContext, known: KnownData): void {
  const { source, agents, report, suggest, findStep } = check;
  const absence = findAbsence(source);
  for (const step of source.steps) {
    if (step.references.length === 0) continue;
    // Field by field: spreading an object for each step takes longer than checking it.
    const guarded = guardedSteps(step);
    const proven = step.condition === undefined ? nothing : provenWhen(true, step.condition);
    const context = { source, agents, report, suggest, findStep, known, absence, reader: step, guarded, proven };
    for (const reference of step.references) checkReference(context, reference);
  }
  const context = { ...check, known, absence, reader: undefined, guarded: nothing, proven: nothing };
  for (const reference of source.outputReferences) checkReference(context, reference);
  for (const reference of source.policyReferences) {
    if (reference.reference.root === "steps") report(stepInPolicy(reference));
    else checkReference(context, reference);
  }
}

const nothing: ReadonlySet<string> = new Set();

/**
 * A condition that looks at a step's status, or at its output with care, is taken to know that the output may be absent:
 * proving it would need more than the language's checker should do.
 */
function guardedSteps(step: StepSource): ReadonlySet<string> {
  if (!step.hasCondition) return nothing;
  const guarded = new Set<string>();
  for (const located of step.references) {
    const { reference, isOptional } = located;
    const [id, field] = reference.path;
    if (partOf(step, located) !== "condition" || reference.root !== "steps" || typeof id !== "string") continue;
    if (field === "status" || isOptional) guarded.add(id);
  }
  return guarded;
}

function stepInPolicy(reference: LocatedReference): Problem {
  const message = "A policy of the whole workflow cannot refer to a step";
  return { code: "REFERENCE_UNKNOWN", message, fix: "set it in the step's policies", place: referencePlace(reference) };
}

const executionFields = ["id", "correlationId", "startedAt"];
const workflowFields = ["id", "version"];

function checkReference(context: ReferenceContext, located: LocatedReference): void {
  const { reader } = context;
  if (!checkRoot(context, reader, located)) return;
  switch (located.reference.root) {
    case "steps":
      checkStepReference(context, located);
      return;
    case "input":
      if (context.source.input !== undefined)
        reportPath(context, located, context.known.input, 0, "the workflow's input");
      return;
    case "variables":
      checkVariable(context, located);
      return;
    case "env": {
      const names = context.source.environment;
      checkDeclared(context, located, { names, what: "environment variable", list: "context.environment" });
      return;
    }
    case "secrets":
      checkSecret(context, reader, located);
      return;
    case "execution":
      checkFact(context, located, executionFields);
      return;
    case "workflow":
      checkFact(context, located, workflowFields);
      return;
    case "item":
      if (reader !== undefined)
        reportPath(context, located, context.known.itemOf(reader), 0, `an item of ${nameOf(reader)}`);
      return;
    case "output":
      if (reader !== undefined) reportPath(context, located, context.known.runOutput(reader), 0, reader);
      return;
    case "index":
      checkIndex(context, located);
  }
}

function checkIndex({ report }: ReferenceContext, located: LocatedReference): void {
  if (located.reference.path.length === 0) return;
  const message = '"index" is a number and has no parts';
  report({ code: "REFERENCE_UNKNOWN", message, fix: 'use "index"', place: referencePlace(located, 0) });
}

function checkVariable(context: ReferenceContext, located: LocatedReference): void {
  const { path } = located.reference;
  const { variables } = context.source;
  if (valueAt(variables, path) !== undefined) return;
  for (let length = 1; length <= path.length; length++) {
    if (valueAt(variables, path.slice(0, length)) !== undefined) continue;
    const parent = valueAt(variables, path.slice(0, length - 1));
    const key = path[length - 1];
    context.report({
      code: "REFERENCE_UNKNOWN",
      message:
        length === 1 ? `No variable is called ${quoted(String(key))}` : `The variable has no ${quoted(String(key))}`,
      fix: context.suggest(String(key), isJsonObject(parent) ? Object.keys(parent) : []),
      place: referencePlace(located, length - 1),
    });
    return;
  }
}

/** A root whose fields are fixed and hold text. */
function checkFact(context: ReferenceContext, located: LocatedReference, fields: readonly string[]): void {
  const { root, path } = located.reference;
  const [field] = path;
  if (typeof field === "string" && fields.includes(field) && path.length === 1) return;
  const isKnown = typeof field === "string" && fields.includes(field);
  context.report({
    code: "REFERENCE_UNKNOWN",
    message: isKnown ? `${quoted(`${root}.${field}`)} is text and has no parts` : `${quoted(root)} has no such field`,
    fix: isKnown ? `use ${quoted(`${root}.${field}`)}` : context.suggest(String(field), fields),
    place: referencePlace(located, isKnown ? 1 : 0),
  });
}
