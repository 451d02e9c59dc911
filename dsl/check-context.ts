import type { AgentCatalog } from "./agent-catalog.ts";
import type { DocumentSource } from "./document-source.ts";
import { nearest } from "./nearest.ts";
import { type Place, quoted, quotedList, type Report } from "./problem.ts";
import type { StepPart } from "./step-parts.ts";
import { partOf, type StepSource } from "./step-source.ts";
import type { DocumentReference } from "./template.ts";

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

/** The place of one part of a reference's path, or of all of it. */
export function referencePlace(reference: DocumentReference, segment?: number): Place {
  const span = segment === undefined ? reference.span : (reference.segments[segment] ?? reference.span);
  return { path: reference.path, span };
}

/** Something that makes one step wait for another. */
export interface Edge {
  readonly id: string;
  readonly place: Place;
  /** Undefined for a declared dependency. */
  readonly part?: StepPart;
}

/**
 * The declared dependencies of a step and its references to steps. A compensation runs after its step, so what it says of
 * its own step is no waiting.
 */
export function stepEdges(step: StepSource): readonly Edge[] {
  const edges: Edge[] = step.dependencies.map(({ id, path }) => ({ id, place: { path } }));
  for (const located of step.references) {
    const [id] = located.reference.path;
    if (located.reference.root !== "steps" || typeof id !== "string") continue;
    const part = partOf(step, located);
    if (part !== "compensate" || id !== step.id) edges.push({ id, place: referencePlace(located, 0), part });
  }
  return edges;
}
