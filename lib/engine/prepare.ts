import type { AnyAgent } from "../agents/agent.ts";
import type { AgentRegistry } from "../agents/registry.ts";
import { createChecks, type AgentChecks } from "../agents/validate.ts";
import { ValidationError } from "../errors.ts";
import { circuitKey } from "../resilience/circuit-key.ts";
import type { RetryOptions } from "../resilience/retry.ts";
import { withFileWorkflows, workflowIdOf } from "../workflow-reference.ts";
import type { AgentReference, Compensation, Template, Workflow, WorkflowReference } from "../workflow.ts";
import { requiredEnvironment } from "./environment.ts";
import type { AgentVersions } from "./events.ts";
import { withOutputCheck } from "./output-check.ts";
import { plan, type Plan, type PlannedStep } from "./plan.ts";
import { compensationPolicies, type AttemptPolicies } from "./resolve-policies.ts";
import { createRedactor, type Redactor } from "./redactor.ts";
import { namesSecret } from "./reveal-secrets.ts";
import { retryOptions } from "./retry-options.ts";

/** A plan with its agents found and everything compiled that each execution of it shares. */
export interface PreparedWorkflow {
  readonly plan: Plan;
  readonly steps: readonly PreparedStep[];
  /** The agent of a step, or what else it does. For spans. */
  readonly agentOf: (stepId: string) => string;
  readonly redactor: Redactor;
  /** The versions of the agents that it calls. */
  readonly agents: AgentVersions;
  /** Secrets that it and the workflows of its files declare, each once. */
  readonly secretNames: readonly string[];
  /** Environment variables that it cannot run without. */
  readonly requiredEnvironment: readonly string[];
}

export interface PreparedStep {
  readonly planned: PlannedStep;
  /** None for a step that only waits. */
  readonly call: PreparedCall | undefined;
  readonly compensation: PreparedCall | undefined;
}

/** What is called for a step, or to undo it. */
export interface PreparedCall {
  readonly planned: PlannedStep;
  readonly agent: AnyAgent;
  readonly input: Template;
  readonly config: Template | undefined;
  /** The key that the step gives in place of the usual one. */
  readonly idempotencyKey: Template | undefined;
  readonly checks: AgentChecks;
  readonly retry: RetryOptions;
  /** Whether the agent's code can get at the signal it is given: one is made only then. */
  readonly takesSignal: boolean;
  /** Whether its input or config names secrets, which the agent is given and no record. */
  readonly takesSecrets: boolean;
  /** Whether it runs a child execution. */
  readonly isChild: boolean;
  /** The key of the agent's circuit, for a step that does not split it by target. */
  readonly circuit: string;
}

/** Gives the agents that stand for child executions. */
export interface ChildWorkflows {
  /** @throws {AgentNotFoundError} when no registered workflow has the id. */
  agentFor(workflow: WorkflowReference): AnyAgent;
}

/** Where a step's agent is found. A registry is one. */
export type AgentSource = Pick<AgentRegistry, "get">;

/**
 * @throws {AgentNotFoundError} when a step names an agent or a workflow that is not registered, and {@link ValidationError}
 * when one configures an agent that its operator configures.
 */
export function prepare(workflow: Workflow, agents: AgentSource, children: ChildWorkflows): PreparedWorkflow {
  const planned = plan(workflow);
  const preparation = new Preparation(workflow, agents, children);
  const steps = planned.steps.map((step): PreparedStep => preparation.step(step));
  const calls = steps.flatMap(({ call, compensation }) => [call, compensation]).filter((call) => call !== undefined);
  return Object.freeze({
    plan: planned,
    steps: Object.freeze(steps),
    agentOf: (stepId: string) => {
      const step = planned.steps[planned.indexOf.get(stepId) ?? -1]?.step;
      return step?.kind === "agent" ? step.agent.id : (step?.kind ?? "");
    },
    secretNames: [...new Set(withFileWorkflows(workflow).flatMap(({ secrets = [] }) => secrets))],
    requiredEnvironment: requiredEnvironment(workflow),
    redactor: createRedactor(planned, steps),
    agents: Object.freeze(Object.fromEntries(calls.map(({ agent }) => [agent.id, agent.version]))),
  });
}

/** What all calls of one agent have in common. */
type CalledAgent = Pick<PreparedCall, "agent" | "checks" | "takesSignal" | "isChild" | "circuit">;

type CallTemplates = Pick<PreparedCall, "input" | "config" | "idempotencyKey">;

/** Prepares what steps have in common once. A workflow may have 100,000 of them. */
class Preparation {
  readonly #workflow: Workflow;
  readonly #agents: AgentSource;
  readonly #children: ChildWorkflows;
  readonly #called = new Map<string | Workflow, CalledAgent>();
  readonly #retries = new Map<AttemptPolicies, RetryOptions>();

  constructor(workflow: Workflow, agents: AgentSource, children: ChildWorkflows) {
    this.#workflow = workflow;
    this.#agents = agents;
    this.#children = children;
  }

  step(planned: PlannedStep): PreparedStep {
    const { step } = planned;
    if (step.kind === "wait") return Object.freeze({ planned, call: undefined, compensation: undefined });
    const { input, compensate, policies } = step;
    const called = step.kind === "agent" ? this.#agent(step.agent) : this.#child(step.workflow);
    const config = step.kind === "agent" ? step.agent.config : undefined;
    // A child is found again by its usual key.
    const idempotencyKey = step.kind === "agent" ? policies.idempotencyKey : undefined;
    const checks = withOutputCheck(step, called.checks);
    const call = this.#call(planned, { ...called, checks }, { input, config, idempotencyKey });
    // An agent is called to undo a step, also where the step ran a child.
    const undoing = step.kind === "agent" ? planned : { ...planned, policies: compensationPolicies(this.#workflow) };
    const compensation = compensate && this.#call(undoing, this.#agent(compensate.agent), undoTemplates(compensate));
    return Object.freeze({ planned, call, compensation });
  }

  #call(planned: PlannedStep, called: CalledAgent, templates: CallTemplates): PreparedCall {
    const { agent, checks, takesSignal, isChild, circuit } = called;
    const { input, config, idempotencyKey } = templates;
    if (config !== undefined && agent.setup !== undefined) {
      throw new ValidationError(
        `Cannot run workflow "${this.#workflow.metadata.id}": step "${planned.id}" configures agent "${agent.id}", which only its operator may`,
      );
    }
    return Object.freeze({
      planned,
      agent,
      input,
      config,
      idempotencyKey,
      checks,
      retry: this.#retryOf(planned),
      takesSignal,
      takesSecrets: !isChild && (namesSecret(input) || (config !== undefined && namesSecret(config))),
      isChild,
      circuit,
    });
  }

  #agent({ id, version }: AgentReference): CalledAgent {
    return this.#once(`${id}@${version ?? ""}`, () => this.#agents.get(id, version));
  }

  #child(workflow: WorkflowReference): CalledAgent {
    const name = "definition" in workflow ? workflow.definition : `workflow ${workflow.id}`;
    return this.#once(name, () => this.#children.agentFor(workflow), workflowIdOf(workflow));
  }

  #once(name: string | Workflow, find: () => AnyAgent, childId?: string): CalledAgent {
    const known = this.#called.get(name);
    if (known !== undefined) return known;
    const agent = find();
    const circuit = circuitKey({ agentId: agent.id });
    const checks = childId === undefined ? createChecks(agent) : createChecks(agent, `run workflow "${childId}"`);
    const called = { agent, checks, takesSignal: canSeeSignal(agent), isChild: childId !== undefined, circuit };
    this.#called.set(name, called);
    return called;
  }

  #retryOf(planned: PlannedStep): RetryOptions {
    // A step that has any failure retried reads its policy in its own way.
    if (planned.step.onError === "retry") return retryOptions(planned);
    const known = this.#retries.get(planned.policies);
    const retry = known ?? retryOptions(planned);
    this.#retries.set(planned.policies, retry);
    return retry;
  }
}

/** What undoes a step has another effect than the step, and so the usual key. */
function undoTemplates({ agent, input }: Compensation): CallTemplates {
  return { input, config: agent.config, idempotencyKey: undefined };
}

/** Whether `execute` can see its third argument: it names one, or takes all there are, or does not show its code. */
function canSeeSignal(agent: AnyAgent): boolean {
  // Whoever is set up late must not be called when its time is up.
  if (agent.setup !== undefined) return true;
  const code: unknown = Reflect.get(agent, "execute");
  if (typeof code !== "function" || code.length >= 3) return true;
  return /\barguments\b|\.\.\.|\[native code\]/.test(Function.prototype.toString.call(code));
}
