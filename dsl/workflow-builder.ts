import type { AnyAgent } from "../lib/agents/agent.ts";
import type {
  AgentReference,
  AgentStep,
  Step,
  Template,
  WaitStep,
  Workflow,
  WorkflowPolicies,
  WorkflowStep,
} from "../lib/workflow.ts";
import type { AnyAgentUse, AnyCommonOptions, AnyStepOptions, AnyWaitOptions } from "./any-step-options.ts";
import { toCondition, toForEach, toRepeat } from "./call-options.ts";
import { presentFields, stepOrderedDependencies } from "./canonical.ts";
import { KeptDefinitions } from "./kept-definitions.ts";
import { itemReferences, localValue } from "./local-references.ts";
import { type PoliciesInput, stepPolicies, workflowPolicies } from "./policies.ts";
import { createReference } from "./reference.ts";
import { referencesIn } from "./references-in.ts";
import type { StepHandle } from "./step-options.ts";
import { seesRoot, stepParts } from "./step-parts.ts";
import { toTemplate } from "./template-input.ts";
import { toWait } from "./to-wait.ts";
import type { DefinitionScope } from "./value-source.ts";

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
  readonly #steps = new Map<string, Step>();
  readonly #kept: KeptDefinitions;

  constructor(scope: DefinitionScope, version: string) {
    this.#scope = scope;
    this.#kept = new KeptDefinitions(scope.workflowId, version);
  }

  get agents(): readonly AnyAgent[] {
    return this.#kept.agents;
  }

  get workflows(): readonly Workflow[] {
    return this.#kept.workflows;
  }

  add(id: string, options: AnyStepOptions): StepHandle<unknown> {
    return this.#add(id, () => this.#callStep(id, options));
  }

  addWait(id: string, options: AnyWaitOptions): StepHandle<unknown> {
    return this.#add(id, () =>
      presentFields<WaitStep>({
        kind: "wait",
        wait: toWait(options, this.#scope),
        ...this.#common(id, options),
        policies: {},
      }),
    );
  }

  output(value: unknown): Template {
    return this.#within("the output", () => withoutLocals(toTemplate(value, this.#scope)));
  }

  policies(input: PoliciesInput): WorkflowPolicies {
    return this.#within("the policies", () => workflowPolicies(input, (target) => toTemplate(target, this.#scope)));
  }

  /** The steps with every dependency, which can be told once all steps are known. */
  steps(): readonly Step[] {
    const positions = new Map([...this.#steps.keys()].map((id, index) => [id, index]));
    return [...this.#steps.values()].map((step) => this.#withDependencies(step, positions));
  }

  #withDependencies(step: Step, positions: ReadonlyMap<string, number>): Step {
    const dependencies = stepOrderedDependencies(step, positions);
    const unknown = dependencies.find((id) => !positions.has(id));
    if (unknown !== undefined) {
      throw this.#error(`step "${step.id}"`, `it depends on "${unknown}", which is not one of the steps`);
    }
    const { fallbackStepId } = step;
    if (fallbackStepId !== undefined && !positions.has(fallbackStepId)) {
      throw this.#error(`step "${step.id}"`, `it falls back to "${fallbackStepId}", which is not one of the steps`);
    }
    return { ...step, dependencies };
  }

  #add(id: string, define: () => Step): StepHandle<unknown> {
    const step = this.#within(`step "${id}"`, () => {
      if (!stepIdPattern.test(id))
        throw new TypeError("an id must be letters, digits, _ and -, and start with a letter or _");
      if (this.#steps.has(id)) throw new TypeError("another step has this id");
      return withLocalsInPlace(define());
    });
    this.#steps.set(id, step);
    return new Handle(id, this.#scope);
  }

  #callStep(id: string, options: AnyStepOptions): AgentStep | WorkflowStep {
    const locals = itemReferences(options.forEach !== undefined, this.#scope);
    const perItem = (value: unknown): Template => toTemplate(localValue(value, locals), this.#scope);
    const fields = {
      ...this.#common(id, options),
      input: perItem(options.input === undefined ? {} : options.input),
      forEach: toForEach(options.forEach, this.#scope),
      repeat: toRepeat(options.repeat, locals, this.#scope),
      compensate: options.compensate && this.#compensation(id, options.compensate),
      policies: stepPolicies(options.policies ?? {}, perItem),
    };
    const { agent, workflow, run } = options;
    if (workflow !== undefined) {
      const child = { id: this.#kept.workflowId(workflow) };
      return presentFields<WorkflowStep>({ kind: "workflow", workflow: child, ...fields });
    }
    if (run !== undefined) {
      return presentFields<AgentStep>({ kind: "agent", agent: this.#kept.inlineAgent(id, run), ...fields });
    }
    if (agent === undefined) throw new TypeError('a step must have one of "agent", "workflow" and "run"');
    return presentFields<AgentStep>({ kind: "agent", agent: this.#agent({ ...options, agent }, perItem), ...fields });
  }

  #agent({ agent, version, config }: AnyAgentUse, template: (value: unknown) => Template): AgentReference {
    return presentFields<AgentReference>({
      id: this.#kept.agentId(agent),
      version,
      config: config === undefined ? undefined : template(config),
    });
  }

  /** Its functions get the step's output: there is no handle of the step yet that could name it. */
  #compensation(id: string, use: NonNullable<AnyStepOptions["compensate"]>): AgentStep["compensate"] {
    const { output } = new Handle(id, this.#scope);
    const template = (value: unknown): Template => toTemplate(localValue(value, [output]), this.#scope);
    return { agent: this.#agent(use, template), input: template(use.input) };
  }

  #common(id: string, options: AnyCommonOptions) {
    const { name, description, condition, fallback, dependsOn = [] } = options;
    const { onError = fallback === undefined ? "fail" : "fallback" } = options;
    if ((onError === "fallback") !== (fallback !== undefined)) {
      throw new TypeError('onError "fallback" and a fallback step go together');
    }
    return {
      id,
      name,
      description,
      dependencies: dependsOn.map((step) => this.#idOf(step)),
      condition: condition === undefined ? undefined : toCondition(condition, this.#scope),
      onError,
      fallbackStepId: fallback && this.#idOf(fallback),
    };
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

/** Refuses a reference to an item or an output that was carried out of the function that got it. */
function withLocalsInPlace<S extends Step>(step: S): S {
  const hasForEach = step.kind !== "wait" && step.forEach !== undefined;
  for (const [part, content] of stepParts(step)) {
    for (const { root } of referencesIn(content)) if (!seesRoot(part, root, hasForEach)) throw misplaced(root);
  }
  return step;
}

function withoutLocals(template: Template): Template {
  for (const { root } of referencesIn(template)) {
    if (root === "item" || root === "index" || root === "output") throw misplaced(root);
  }
  return template;
}

function misplaced(root: string): TypeError {
  return new TypeError(`"${root}" stands for something only in the function that gets it`);
}
