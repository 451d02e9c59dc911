import type { AgentStep, Step, Template, WaitStep, Workflow, WorkflowStep } from "../../workflow.ts";
import type { Draw } from "./draw.ts";
import { drawAfter, drawCondition, drawForEach, drawInput, drawRepeat, drawWait, literal } from "./drawn-parts.ts";
import { drawStepPolicies, drawWorkflowPolicies } from "./drawn-policies.ts";
import type { Features } from "./features.ts";

export interface Sketch {
  readonly id: string;
  readonly steps: number;
  readonly features: Features;
  readonly agents: readonly [string, ...string[]];
  /** Workflows that steps may run. */
  readonly children: readonly string[];
  readonly wall: number;
}

/** A workflow of any shape that makes a graph. Not all of it makes sense: some steps cannot but fail. */
export function drawWorkflow(draw: Draw, sketch: Sketch): Workflow {
  const steps: Step[] = [];
  const shape = draw.pick(["sparse", "chain", "wide", "layers"]);
  while (steps.length < sketch.steps) {
    const index = steps.length;
    const dependencies = drawAfter(draw, shape, steps);
    const step = drawStep(draw, sketch, `s${index}`, dependencies);
    const falls = sketch.features.fallbacks && draw.chance(0.3);
    if (!falls) steps.push(step);
    else {
      const spare = drawStep(draw, sketch, `f${index}`, draw.some(dependencies, 0.3));
      steps.push({ ...step, onError: "fallback", fallbackStepId: spare.id }, spare);
    }
  }
  return {
    kind: "workflow",
    version: "1.0.0",
    metadata: { id: sketch.id, name: sketch.id },
    variables: {},
    steps,
    ...(sketch.features.output && { output: drawResult(draw, steps) }),
    policies: drawWorkflowPolicies(draw, sketch.features),
  };
}

function drawStep(draw: Draw, sketch: Sketch, id: string, dependencies: readonly string[]): Step {
  const { features } = sketch;
  const common = {
    id,
    dependencies,
    ...(features.conditions && draw.chance(0.3) && { condition: drawCondition(draw, dependencies) }),
    onError: features.onError ? draw.pick(["fail", "fail", "continue", "retry"]) : "fail",
  } as const;
  const child = features.children && draw.chance(0.25) ? draw.pickAny(sketch.children) : undefined;
  if (child !== undefined) {
    const step: WorkflowStep = {
      ...common,
      kind: "workflow",
      workflow: { id: child },
      policies: features.retries && draw.chance(0.5) ? { retry: { maxAttempts: draw.int(1, 3) } } : {},
      ...drawCall(draw, sketch, dependencies),
    };
    return draw.chance(0.2) ? { ...step, policies: { ...step.policies, timeoutMs: draw.skewed(50, 20_000) } } : step;
  }
  if (features.waits && draw.chance(0.25)) {
    const step: WaitStep = { ...common, kind: "wait", wait: drawWait(draw, sketch.wall), policies: {} };
    return step;
  }
  const step: AgentStep = {
    ...common,
    kind: "agent",
    agent: { id: draw.pick(sketch.agents) },
    policies: drawStepPolicies(draw, features),
    ...drawCall(draw, sketch, dependencies),
  };
  return step;
}

function drawCall(draw: Draw, { features, agents }: Sketch, dependencies: readonly string[]) {
  const forEach = features.forEach && draw.chance(0.3);
  return {
    input: drawInput(draw, dependencies, forEach),
    ...(forEach && { forEach: drawForEach(draw, dependencies) }),
    ...(features.repeats && draw.chance(0.3) && { repeat: drawRepeat(draw) }),
    ...(features.compensations &&
      draw.chance(0.5) && { compensate: { agent: { id: draw.pick(agents) }, input: drawInput(draw, dependencies) } }),
  };
}

function drawResult(draw: Draw, steps: readonly Step[]): Template {
  const last = steps.at(-1);
  if (last === undefined || draw.chance(0.5)) return literal("done");
  return { kind: "expression", expression: { kind: "reference", root: "steps", path: [last.id, "output"] } };
}
