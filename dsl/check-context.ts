import type { AgentCatalog } from "./agent-catalog.ts";
import type { DocumentSource } from "./document-source.ts";
import { nearest } from "./nearest.ts";
import { type Place, quoted, quotedList, type Report } from "./problem.ts";
import type { StepSource } from "./step-source.ts";

/** What every check of meaning works with. */
export interface CheckContext {
  readonly source: DocumentSource;
  /** Undefined when nobody said which agents there are: then nothing about agents is checked. */
  readonly agents: AgentCatalog | undefined;
  readonly report: Report;
  /** A fix for a name that is not among the candidates. */
  readonly suggest: (name: string, candidates: readonly string[]) => string | undefined;
  /** The step that a place refers to; an unknown id is reported. */
  readonly findStep: (id: string, place: Place) => StepSource | undefined;
}

/** Comparing a name with all others takes time, so a hostile file gets only this many suggestions. */
const maxSuggestions = 100;

export function createCheckContext(
  source: DocumentSource,
  agents: AgentCatalog | undefined,
  report: Report,
): CheckContext {
  const ids = [...source.stepsById.keys()];
  let suggestions = 0;
  const suggest = (name: string, candidates: readonly string[]): string | undefined => {
    if (candidates.length === 0 || ++suggestions > maxSuggestions) return undefined;
    const near = nearest(name, candidates);
    return near === undefined ? `use one of ${quotedList(candidates)}` : `did you mean ${quoted(near)}?`;
  };
  return {
    source,
    agents,
    report,
    suggest,
    findStep(id, place) {
      const step = source.stepsById.get(id);
      if (step === undefined) {
        report({ code: "STEP_UNKNOWN", message: `No step has the id ${quoted(id)}`, fix: suggest(id, ids), place });
      }
      return step;
    },
  };
}
