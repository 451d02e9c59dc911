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
import { writtenSchema } from "./input-schema.ts";
import { itemReferences, localValue } from "./local-references.ts";
import { type DeclaredRoots, withoutLocals, withReferencesInPlace } from "./placed-references.ts";
import { isPolicySetName, type PolicySets, withPolicySet, withSharedPolicySet } from "./policy-sets.ts";
import { type PoliciesInput, stepPolicies, type StepPoliciesInput, workflowPolicies } from "./policies.ts";
import { createReference } from "./reference.ts";
import { toStepOutput } from "./step-output.ts";
import type { StepHandle } from "./step-options.ts";
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

/** What a definition declares beside its steps. */
interface Declared extends DeclaredRoots {
  readonly policySets: PolicySets;
}

/** Collects what the `steps` function of one `defineWorkflow()` call defines. Every error names workflow and step. */
export class WorkflowBuilder {
  readonly #scope: DefinitionScope;
  readonly #steps = new Map<string, Step>();
  readonly #kept: KeptDefinitions;
  readonly #declared: DeclaredRoots;
  readonly #policySets: PolicySets;

  constructor(scope: DefinitionScope, version: string, declared: Declared) {
    this.#scope = scope;
    this.#declared = declared;
    this.#policySets = declared.policySets;
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
    return this.#within("the output", () => withoutLocals(toTemplate(value, this.#scope), this.#declared));
  }

  policies(input: PoliciesInput): WorkflowPolicies {
    for (const [name, set] of Object.entries(this.#policySets)) {
      this.#within(`policy set "${name}"`, () => {
        if (!isPolicySetName(name))
          throw new TypeError("a name must be letters, digits, _ and -, and start with a letter or _");
        stepPolicies(set, (never: never) => never);
      });
    }
    return this.#within("the policies", () =>
      workflowPolicies(withSharedPolicySet(input, this.#policySets), (target) =>
        withoutLocals(toTemplate(target, this.#scope), this.#declared),
      ),
    );
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
      return withReferencesInPlace(define(), this.#declared);
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
      output: this.#output(options.output),
      compensate: options.compensate && this.#compensation(id, options.compensate),
      policies: stepPolicies(this.#policies(options), perItem),
    };
    const { agent, workflow, run } = options;
    if (workflow !== undefined) {
      const child = this.#kept.reference(workflow);
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

  #policies({ policies = {}, workflow }: AnyStepOptions): StepPoliciesInput {
    const { use } = policies;
    const set = use !== undefined && workflow !== undefined ? this.#policySets[use] : undefined;
    if (set?.circuitBreaker !== undefined || set?.bulkhead !== undefined || set?.rateLimit !== undefined) {
      throw new TypeError(`the policy set "${use}" is about calls of agents, and the step runs a workflow`);
    }
    return withPolicySet(policies, this.#policySets);
  }

  #output({ schema, redact }: NonNullable<AnyStepOptions["output"]> = {}): AgentStep["output"] {
    return toStepOutput(schema === undefined ? undefined : writtenSchema(schema, "its output schema"), redact);
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
