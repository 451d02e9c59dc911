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

interface Waiter {
  readonly path: Path;
  readonly id: string | undefined;
  readonly dependencies: readonly DeclaredDependency[];
  readonly references: readonly LocatedReference[];
}

const noEdges: readonly Edge[] = [];

/**
 * The declared dependencies of a step and its references to steps. A compensation runs after its step, so what it says of
 * its own step is no waiting.
 */
export function stepEdges(step: Waiter): readonly Edge[] {
  let edges: Edge[] | undefined;
  const add = (edge: Edge): void => {
    // Most steps wait for one other, and a list that is made with its only item takes no room for more.
    if (edges === undefined) edges = [edge];
    else edges.push(edge);
  };
  for (const origin of step.dependencies) add({ id: origin.id, origin });
  for (const origin of step.references) {
    const { root, path } = origin.reference;
    const id = path[0];
    if (root !== "steps" || typeof id !== "string") continue;
    const part = partOf(step, origin);
    if (part !== "compensate" || id !== step.id) add({ id, origin, part });
  }
  return edges ?? noEdges;
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
