import type { AnyAgent } from "../lib/agents/agent.ts";
import type { AgentStep, Expression, OnError, Template, WorkflowPolicies } from "../lib/workflow.ts";
import { presentFields, stepOrderedDependencies } from "./canonical.ts";
import { type PoliciesInput, stepPolicies, workflowPolicies } from "./policies.ts";
import { createReference } from "./reference.ts";
import type { AgentStepOptions, CommonStepOptions, RunStepOptions, StepHandle } from "./step-options.ts";
import { toTemplate } from "./template-input.ts";
import type { DefinitionScope } from "./value-source.ts";

type AgentOptions = AgentStepOptions<AnyAgent | string, unknown, OnError, unknown>;
type RunOptions = RunStepOptions<unknown, unknown, unknown, OnError, unknown>;
/** What `step()` takes once its types have done their work. */
export type AnyStepOptions = (AgentOptions | RunOptions) & CommonStepOptions<unknown, OnError, unknown>;

const stepIdPattern = /^[A-Za-z_][A-Za-z0-9_-]{0,127}$/;

/** A class, so that a handle written where its output was meant is not taken for data. */
class Handle implements StepHandle<unknown> {
  readonly id: string;
  readonly scope: DefinitionScope;
  readonly output: StepHandle<unknown>["output"];
  readonly status: StepHandle<unknown>["status"];
  readonly error: StepHandle<unknown>["error"];

  constructor(id: string, scope: DefinitionScope) {
    this.id = id;
    this.scope = scope;
    this.output = createReference({ kind: "reference", root: "steps", path: [id, "output"] }, scope);
    this.status = createReference({ kind: "reference", root: "steps", path: [id, "status"] }, scope);
    this.error = createReference({ kind: "reference", root: "steps", path: [id, "error"] }, scope);
    Object.freeze(this);
  }
}

/** Collects what the `steps` function of one `defineWorkflow()` call defines. Every error names workflow and step. */
export class WorkflowBuilder {
  readonly #scope: DefinitionScope;
  readonly #version: string;
  readonly #steps = new Map<string, AgentStep>();
  readonly #agents = new Map<string, AnyAgent>();

  constructor(scope: DefinitionScope, version: string) {
    this.#scope = scope;
    this.#version = version;
  }

  get agents(): readonly AnyAgent[] {
    return [...this.#agents.values()];
  }

  add(id: string, options: AnyStepOptions): StepHandle<unknown> {
    this.#steps.set(
      id,
      this.#within(`step "${id}"`, () => this.#step(id, options)),
    );
    return new Handle(id, this.#scope);
  }

  output(value: unknown): Template {
    return this.#within("the output", () => toTemplate(value, this.#scope));
  }

  policies(input: PoliciesInput): WorkflowPolicies {
    return this.#within("the policies", () => workflowPolicies(input, (target) => toTemplate(target, this.#scope)));
  }

  /** The steps with every dependency, which can be told once all steps are known. */
  steps(): readonly AgentStep[] {
    const positions = new Map([...this.#steps.keys()].map((id, index) => [id, index]));
    return [...this.#steps.values()].map((step) => this.#withDependencies(step, positions));
  }

  #withDependencies(step: AgentStep, positions: ReadonlyMap<string, number>): AgentStep {
    const unknown = step.dependencies.find((id) => !positions.has(id));
    if (unknown !== undefined) {
      throw this.#error(`step "${step.id}"`, `it depends on "${unknown}", which is not one of the steps`);
    }
    return { ...step, dependencies: stepOrderedDependencies(step, positions) };
  }

  #step(id: string, options: AnyStepOptions): AgentStep {
    if (!stepIdPattern.test(id))
      throw new TypeError("an id must be letters, digits, _ and -, and start with a letter or _");
    if (this.#steps.has(id)) throw new TypeError("another step has this id");
    const { fallback, onError = fallback === undefined ? "fail" : "fallback" } = options;
    if ((onError === "fallback") !== (fallback !== undefined)) {
      throw new TypeError('onError "fallback" and a fallback step go together');
    }
    return presentFields<AgentStep>({
      kind: "agent",
      id,
      name: options.name,
      description: options.description,
      agent: "run" in options ? this.#inlineAgent(id, options) : this.#agent(options),
      input: toTemplate(options.input ?? {}, this.#scope),
      dependencies: (options.dependsOn ?? []).map((step) => this.#idOf(step)),
      condition: options.condition === undefined ? undefined : this.#condition(options.condition),
      onError,
      fallbackStepId: fallback && this.#idOf(fallback),
      policies: stepPolicies(options.policies ?? {}, (target) => toTemplate(target, this.#scope)),
    });
  }

  #agent({ agent, version, config }: AgentOptions): AgentStep["agent"] {
    if (typeof agent !== "string") this.#keepAgent(agent);
    return presentFields<AgentStep["agent"]>({
      id: typeof agent === "string" ? agent : agent.id,
      version,
      config: config === undefined ? undefined : toTemplate(config, this.#scope),
    });
  }

  /** Pinned to the workflow's version, because another version's function of the same step is other code. */
  #inlineAgent(stepId: string, { run }: RunOptions): AgentStep["agent"] {
    const id = `@${this.#scope.workflowId}/${stepId}`.toLowerCase();
    this.#keepAgent({ id, version: this.#version, execute: (input, context, signal) => run(input, context, signal) });
    return { id, version: this.#version };
  }

  #keepAgent(agent: AnyAgent): void {
    const key = `${agent.id} ${agent.version}`;
    const known = this.#agents.get(key) ?? agent;
    if (known !== agent) throw new TypeError(`there is another agent "${agent.id}" of version ${agent.version}`);
    this.#agents.set(key, agent);
  }

  #condition(condition: unknown): Expression {
    const template = toTemplate(condition, this.#scope);
    if (template.kind === "expression") return template.expression;
    throw new TypeError("a condition must be an expression, such as equals(…) or a reference");
  }

  #idOf(step: StepHandle<unknown> | string): string {
    if (typeof step === "string") return step;
    if (step instanceof Handle && step.scope === this.#scope) return step.id;
    throw new TypeError(`step "${step.id}" belongs to another workflow`);
  }

  #within<T>(place: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw error instanceof TypeError || error instanceof RangeError
        ? this.#error(place, error.message, error)
        : error;
    }
  }

  #error(place: string, state: string, cause?: Error): TypeError {
    return new TypeError(`Cannot define ${place} of workflow "${this.#scope.workflowId}": ${state}`, { cause });
  }
}
