import type { AnyAgent } from "../agents/agent.ts";
import type { AgentRegistry } from "../agents/registry.ts";
import { createChecks, type AgentChecks } from "../agents/validate.ts";
import { circuitKey } from "../resilience/circuit-key.ts";
import type { RetryOptions } from "../resilience/retry.ts";
import type { Workflow } from "../workflow.ts";
import { plan, type Plan, type PlannedStep } from "./plan.ts";
import { createRedactor, type Redactor } from "./redactor.ts";
import { retryOptions } from "./retry-options.ts";

/** A plan with its agents found and everything compiled that each execution of it shares. */
export interface PreparedWorkflow {
  readonly plan: Plan;
  readonly steps: readonly PreparedStep[];
  readonly redactor: Redactor;
}

export interface PreparedStep {
  readonly planned: PlannedStep;
  readonly agent: AnyAgent;
  readonly checks: AgentChecks;
  readonly retry: RetryOptions;
  /** The key of the agent's circuit, for a step that does not split it by target. */
  readonly circuit: string;
}

/** @throws {AgentNotFoundError} when a step names an agent that is not registered. */
export function prepare(workflow: Workflow, agents: AgentRegistry): PreparedWorkflow {
  const planned = plan(workflow);
  const steps = planned.steps.map((step): PreparedStep => {
    const agent = agents.get(step.step.agent.id, step.step.agent.version);
    const circuit = circuitKey({ agentId: agent.id });
    return Object.freeze({ planned: step, agent, checks: createChecks(agent), retry: retryOptions(step), circuit });
  });
  const redactor = createRedactor(
    planned,
    steps.map(({ agent }) => agent),
  );
  return Object.freeze({ plan: planned, steps: Object.freeze(steps), redactor });
}
