import type { CheckContext } from "./check-context.ts";
import { quoted } from "./problem.ts";
import { edgePlace } from "./step-edges.ts";
import type { StepSource } from "./step-source.ts";

/** Reports fallbacks that are not named, not used, not there, shared, or waited for. */
export function checkFallbacks(context: CheckContext): void {
  const owners = new Map<string, StepSource>();
  for (const step of context.source.steps) {
    checkDeclaration(context, step);
    if (step.fallbackStepId !== undefined) checkTarget(context, step, step.fallbackStepId, owners);
  }
  if (owners.size === 0) return;
  for (const step of context.source.steps) reportWaiting(context, step, owners);
}

function checkDeclaration({ report }: CheckContext, step: StepSource): void {
  if (step.onError === "fallback" && step.fallbackStepId === undefined) {
    const message = "The step asks for a fallback and names none";
    report({
      code: "FALLBACK_MISSING",
      message,
      fix: 'add "fallbackStepId"',
      place: { path: [...step.path, "onError"] },
    });
  }
  if (step.onError !== "fallback" && step.fallbackStepId !== undefined) {
    const message = 'The fallback never runs: "onError" is not "fallback"';
    const place = { path: [...step.path, "fallbackStepId"], part: "key" } as const;
    report({ code: "FALLBACK_UNUSED", message, fix: 'add "onError": "fallback"', place });
  }
}

function checkTarget(context: CheckContext, step: StepSource, id: string, owners: Map<string, StepSource>): void {
  const place = { path: [...step.path, "fallbackStepId"] };
  if (context.findStep(id, place) === undefined) return;
  if (id === step.id) {
    const message = `Step ${quoted(id)} is its own fallback`;
    context.report({ code: "STEP_SELF", message, fix: 'use "policies.retry" to try again', place });
  } else if (owners.has(id)) {
    const owner = quoted(owners.get(id)?.id ?? "");
    const message = `Step ${quoted(id)} is already the fallback of ${owner}`;
    context.report({ code: "FALLBACK_SHARED", message, fix: "give each step its own fallback", place });
  } else owners.set(id, step);
}

function reportWaiting({ report }: CheckContext, step: StepSource, owners: ReadonlyMap<string, StepSource>): void {
  for (const edge of step.edges) {
    const { id } = edge;
    const owner = owners.get(id);
    if (owner === undefined || id === step.id) continue;
    const message = `Step ${quoted(id)} is a fallback and runs only if ${quoted(owner.id ?? "")} fails`;
    const fix = owner === step ? "remove it" : `use ${quoted(owner.id ?? "")}, whose output is then the fallback's`;
    report({ code: "FALLBACK_DEPENDED_ON", message, fix, place: edgePlace(edge) });
  }
}
