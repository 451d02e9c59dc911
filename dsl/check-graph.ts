import type { CheckContext } from "./check-context.ts";
import { quoted } from "./problem.ts";
import { type Edge, edgePlace } from "./step-edges.ts";
import type { StepSource } from "./step-source.ts";
import { findStuck } from "./stuck-steps.ts";

/** Reports ids that are taken, dependencies that do not exist or are the step itself, and cycles. */
export function checkGraph(context: CheckContext): void {
  for (const step of context.source.steps) {
    reportDuplicate(context, step);
    for (const { id, path } of step.dependencies) context.findStep(id, { path });
    for (const edge of step.edges) {
      const { id, part } = edge;
      if (id !== step.id) continue;
      const place = edgePlace(edge);
      const fix = part === "until" ? 'use "output"' : "remove it";
      context.report({ code: "STEP_SELF", message: `Step ${quoted(id)} waits for itself`, fix, place });
    }
  }
  reportCycles(context);
}

function reportDuplicate({ source, report }: CheckContext, step: StepSource): void {
  if (step.id === undefined || source.stepsById.get(step.id) === step) return;
  const message = `The id ${quoted(step.id)} is taken by an earlier step`;
  report({ code: "STEP_DUPLICATE", message, fix: "give each step its own id", place: { path: [...step.path, "id"] } });
}

interface Link {
  readonly target: StepSource;
  readonly edge: Edge;
}

type Links = ReadonlyMap<StepSource, readonly Link[]>;

/**
 * One report per cycle met, naming its path. Steps that no cycle holds are taken away first, so that each step is walked
 * over once.
 */
function reportCycles({ source, report }: CheckContext): void {
  const stuck = findStuck(source);
  if (stuck.size === 0) return;
  const links = waitingLinks(source.steps, source.stepsById);
  const order = new Map(source.steps.map((step, index) => [step, index]));
  const walked = new Set<StepSource>();
  for (const start of stuck) {
    const cycle = findCycle(start, links, stuck, walked);
    if (cycle === undefined) continue;
    const first = cycle.reduce(
      (low, { target }, index) => (at(order, target) < at(order, cycle[low]?.target) ? index : low),
      0,
    );
    // A link leads to its target, so the link after the first step is the one that stands in it.
    const path = [...cycle.slice(first), ...cycle.slice(0, first + 1)].map(({ target }) => target.id);
    const out = cycle[(first + 1) % cycle.length];
    if (out === undefined) continue;
    const message = `Steps wait for each other: ${shortened(path).join(" -> ")}`;
    report({ code: "STEP_CYCLE", message, fix: "remove one of these dependencies", place: edgePlace(out.edge) });
  }
}

function at(order: ReadonlyMap<StepSource, number>, step: StepSource | undefined): number {
  return (step && order.get(step)) ?? order.size;
}

function shortened(path: readonly (string | undefined)[]): readonly (string | undefined)[] {
  return path.length <= 12 ? path : [...path.slice(0, 8), "...", ...path.slice(-3)];
}

/** Who waits for whom. A step settles after its fallback; the fallback's own view of its owner is not waiting. */
function waitingLinks(steps: readonly StepSource[], stepsById: ReadonlyMap<string, StepSource>): Links {
  const owners = new Map<StepSource, StepSource>();
  const links = new Map<StepSource, Link[]>();
  for (const step of steps) {
    const fallback = stepsById.get(step.fallbackStepId ?? "");
    links.set(step, []);
    if (fallback === undefined || fallback === step) continue;
    owners.set(fallback, step);
    links.get(step)?.push({ target: fallback, edge: fallbackEdge(step, fallback) });
  }
  for (const step of steps) {
    for (const edge of step.edges) {
      const target = stepsById.get(edge.id);
      if (target === undefined || target === step || owners.get(step) === target) continue;
      links.get(step)?.push({ target, edge });
    }
  }
  return links;
}

function fallbackEdge({ path }: StepSource, { id = "" }: StepSource): Edge {
  return { id, origin: { id, path: [...path, "fallbackStepId"] } };
}

/** Follows stuck steps until one comes again. Every stuck step waits for a stuck step, so the walk cannot run dry. */
function findCycle(
  start: StepSource,
  links: Links,
  stuck: ReadonlySet<StepSource>,
  walked: Set<StepSource>,
): readonly Link[] | undefined {
  const trail: Link[] = [];
  const positions = new Map<StepSource, number>();
  let step = start;
  while (!walked.has(step)) {
    walked.add(step);
    positions.set(step, trail.length);
    const next = links.get(step)?.find(({ target }) => stuck.has(target));
    if (next === undefined) return undefined;
    trail.push(next);
    step = next.target;
  }
  const from = positions.get(step);
  return from === undefined ? undefined : trail.slice(from);
}
