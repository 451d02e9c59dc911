import type { JsonValue } from "../../json.ts";
import type { Workflow } from "../../workflow.ts";
import { drawProfile, type AgentProfile } from "./agent-profile.ts";
import { Draw } from "./draw.ts";
import { drawWorkflow, type Sketch } from "./drawn-workflow.ts";
import { drawFaults, type Faults } from "./faults.ts";
import { drawFeatures } from "./features.ts";

/** All that a simulation is made of. The same seed gives the same world. */
export interface World {
  readonly seed: number;
  /** Those that steps may run as children. */
  readonly workflows: readonly Workflow[];
  readonly starts: readonly Start[];
  readonly agents: readonly AgentProfile[];
  readonly faults: Faults;
  readonly limits: Limits;
}

export interface Start {
  readonly atMs: number;
  readonly workflow: Workflow;
  readonly input?: JsonValue;
  /** An idempotency key: the request is made until it was answered, and again after that. */
  readonly key?: string;
}

export interface Limits {
  readonly maxConcurrency: number;
  readonly leaseMs: number;
  /** Processes that run at once. */
  readonly processes: number;
  /** How long things go wrong. */
  readonly troubleMs: number;
  /** How long after the faults every execution must have ended, default 4 hours. */
  readonly patienceMs?: number;
}

/** For workflows of users, which may wait for long: 400 days. */
export const userPatienceMs = 400 * 86_400_000;

/** When the simulations begin, on the wall: 2000-01-01T00:00:00Z. */
export const worldStart = 946_684_800_000;

export function world(seed: number): World {
  const draw = new Draw(`world ${seed}`);
  const features = drawFeatures(draw.fork("features"));
  const [first, ...others] = drawAgents(draw.fork("agents"));
  const agents = [first, ...others];
  const ids = [first.id, ...others.map(({ id }) => id)] as const;
  const sketch = { features, agents: ids, wall: worldStart };
  const workflows: Workflow[] = [];
  const children = draw.fork("children");
  while (features.children && workflows.length < children.int(1, 3)) {
    const known = workflows.map(({ metadata }) => metadata.id);
    const child: Sketch = {
      ...sketch,
      id: `child${known.length}`,
      steps: children.int(1, 3),
      children: known.slice(0, 1),
    };
    workflows.push(drawWorkflow(children, child));
  }
  const shapes = draw.fork("workflows");
  const main = Array.from({ length: shapes.int(1, 2) }, (_, index) =>
    drawWorkflow(shapes, {
      ...sketch,
      id: `main${index}`,
      steps: shapes.skewed(3, 40),
      children: workflows.map(({ metadata }) => metadata.id),
    }),
  );
  return {
    seed,
    workflows,
    starts: drawStarts(draw.fork("starts"), main),
    agents,
    faults: drawFaults(draw.fork("faults")),
    limits: drawLimits(draw.fork("limits")),
  };
}

function drawAgents(draw: Draw): [AgentProfile, ...AgentProfile[]] {
  const others = Array.from({ length: draw.int(0, 4) }, (_, index) => drawProfile(draw, `@sim/a${index + 1}`));
  return [drawProfile(draw, "@sim/a0"), ...others];
}

function drawStarts(draw: Draw, workflows: readonly Workflow[]): Start[] {
  const starts: Start[] = [];
  for (const [index, workflow] of workflows.entries()) {
    const key = draw.chance(0.3) ? `key-${index}` : undefined;
    const times = draw.pick([1, 1, 1, 2]);
    for (let time = 0; time < times; time++) {
      const atMs = draw.chance(0.6) ? 0 : draw.skewed(1, 10_000);
      starts.push({ atMs, workflow, ...(key !== undefined && { key }) });
    }
  }
  return starts;
}

export function drawLimits(draw: Draw): Limits {
  return {
    maxConcurrency: draw.pick([1, 2, 4, 10, 100]),
    leaseMs: draw.pick([500, 5_000, 15_000]),
    processes: draw.pick([1, 1, 2, 3]),
    troubleMs: draw.skewed(2_000, 90_000),
  };
}
