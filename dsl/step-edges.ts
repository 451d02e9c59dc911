import type { LocatedReference } from "./located-reference.ts";
import type { Path, Place } from "./problem.ts";
import type { StepPart } from "./step-parts.ts";
import { referencePlace } from "./template.ts";

/** An id in `dependencies`. */
export interface DeclaredDependency {
  readonly id: string;
  readonly path: Path;
}

/** Something that makes one step wait for another. */
export interface Edge {
  /** Of the step that is waited for. */
  readonly id: string;
  /** What says so. */
  readonly origin: DeclaredDependency | LocatedReference;
  /** Undefined for a declared dependency. */
  readonly part?: StepPart;
}

const noEdges: readonly Edge[] = [];

/**
 * The declared dependencies of a step and its references to steps. A compensation runs after its step, so what it says of
 * its own step is no waiting.
 */
export function stepEdges(
  step: { readonly path: Path; readonly id: string | undefined },
  dependencies: readonly DeclaredDependency[],
  references: readonly LocatedReference[],
): readonly Edge[] {
  let edges: Edge[] | undefined;
  for (const origin of dependencies) edges = withEdge(edges, { id: origin.id, origin });
  for (const origin of references) {
    const { root, path } = origin.reference;
    const id = path[0];
    if (root !== "steps" || typeof id !== "string") continue;
    const part = partOf(step, origin);
    if (part !== "compensate" || id !== step.id) edges = withEdge(edges, { id, origin, part });
  }
  return edges ?? noEdges;
}

/** Most steps wait for one other, and a list that is made with its only item takes no room for more. */
function withEdge(edges: Edge[] | undefined, edge: Edge): Edge[] {
  if (edges === undefined) return [edge];
  edges.push(edge);
  return edges;
}

export function edgePlace({ origin }: Edge): Place {
  return "reference" in origin ? referencePlace(origin, 0) : { path: origin.path };
}

/** Which part of the step a reference of it stands in. */
export function partOf(step: { readonly path: Path }, { path }: LocatedReference): StepPart {
  switch (path[step.path.length]) {
    case "condition":
      return "condition";
    case "forEach":
      return "items";
    case "repeat":
      return "until";
    case "compensate":
      return "compensate";
    case "wait":
      return "time";
    case "policies":
      return path[step.path.length + 1] === "idempotencyKey" ? "key" : "target";
    case "agent":
      return "config";
    default:
      return "input";
  }
}
