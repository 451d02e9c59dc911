import type { DocumentSource } from "./document-source.ts";
import { quoted } from "./problem.ts";
import type { StepSource } from "./step-source.ts";

/** Says why a step may have no output when another one reads it; undefined when it always has one. */
export interface Absence {
  reasonFor(source: StepSource, reader: StepSource | undefined): string | undefined;
  /** Whether `reader` runs only after `source` failed, so that it can read the error. */
  isFallbackOf(reader: StepSource | undefined, source: StepSource): boolean;
}

export function findAbsence({ steps, stepsById }: DocumentSource): Absence {
  const owners = new Map<StepSource, StepSource>();
  for (const step of steps) {
    const fallback = step.onError === "fallback" ? stepsById.get(step.fallbackStepId ?? "") : undefined;
    if (fallback !== undefined && !owners.has(fallback)) owners.set(fallback, step);
  }

  /** A fallback's output stands in for its owner's, so what it lacks the owner lacks. */
  function ownReason(step: StepSource, seen?: Set<StepSource>): string | undefined {
    if (seen?.has(step)) return undefined;
    if (step.hasCondition) return `step ${quoted(step.id ?? "")} has a condition`;
    if (step.onError === "continue") return `step ${quoted(step.id ?? "")} may fail and the run goes on`;
    const fallback = step.onError === "fallback" ? stepsById.get(step.fallbackStepId ?? "") : undefined;
    return fallback && ownReason(fallback, (seen ?? new Set<StepSource>()).add(step));
  }

  const isFallbackOf = (reader: StepSource | undefined, source: StepSource): boolean =>
    reader !== undefined && owners.get(reader) === source;

  return {
    isFallbackOf,
    reasonFor(source, reader) {
      if (isFallbackOf(reader, source)) return `step ${quoted(source.id ?? "")} failed when its fallback runs`;
      const owner = owners.get(source);
      if (owner !== undefined) return `step ${quoted(source.id ?? "")} runs only if ${quoted(owner.id ?? "")} fails`;
      return ownReason(source);
    },
  };
}
