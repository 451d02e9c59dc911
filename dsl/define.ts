import type { StandardSchema } from "../lib/agents/standard-schema.ts";
import { isVersion } from "../lib/agents/version.ts";
import type { JsonSchema, JsonValue } from "../lib/json.ts";
import { toJson } from "../lib/to-json.ts";
import type { ReferenceRoot, Workflow, WorkflowMetadata } from "../lib/workflow.ts";
import type { AnyStepOptions, AnyWaitOptions } from "./any-step-options.ts";
import { presentFields } from "./canonical.ts";
import { canonicalNames, isSecretName, isVariableName } from "./declared-names.ts";
import type { DefineStep } from "./define-step.ts";
import { deepFreeze } from "../lib/freeze.ts";
import { inputSchema } from "./input-schema.ts";
import type { PoliciesInput } from "./policies.ts";
import type { PolicySets } from "./policy-sets.ts";
import { createReference } from "./reference.ts";
import type { ExpressionValue, JsonTemplate, Ref, RunValue, ValueOf } from "./typed-value.ts";
import type { DefineWait } from "./wait-options.ts";
import { WorkflowBuilder } from "./workflow-builder.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

/** What the `steps` function gets: the roots that expressions can start from, and how to add steps. */
export interface StepsContext<Input, Variables, Variable extends string, Secret extends string> {
  readonly input: Ref<Input>;
  readonly variables: Ref<Variables>;
  /** Each has to be set when the workflow starts, unless it has a default wherever it is read. */
  readonly env: { readonly [Name in Variable]: ExpressionValue<string> };
  /** Each is given to an agent as the whole of a value in its input or config, and stands nowhere else. */
  readonly secrets: { readonly [Name in Secret]: RunValue<string> };
  readonly execution: Ref<{ readonly id: string; readonly correlationId: string; readonly startedAt: string }>;
  readonly workflow: Ref<{ readonly id: string; readonly version: string }>;
  readonly step: DefineStep;
  readonly wait: DefineWait;
}

/** What {@link defineWorkflow} takes. */
export interface WorkflowOptions<Given, Input, Variables, Output, Variable extends string, Secret extends string> {
  readonly id: string;
  /** Default: the id. */
  readonly name?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly version: string;
  /** Describes what a caller passes: a JSON Schema, or a Standard Schema that can be written as one; it types `input`. */
  readonly input?: JsonSchema | StandardSchema<Given, Input>;
  /** Constants. */
  readonly variables?: Variables;
  /** Names of environment variables that the operator allows, such as `"REGION"`. */
  readonly environment?: readonly Variable[];
  /** Names of secrets that the operator provides, such as `"github/token"`. */
  readonly secrets?: readonly Secret[];
  /** Policies by name, for `policies: { use: "name" }` of steps and of the workflow. */
  readonly policySets?: PolicySets;
  readonly policies?: PoliciesInput<JsonTemplate>;
  /** Defines the steps in order. What it returns is the workflow's output; nothing means the steps' outputs by id. */
  // oxlint-disable-next-line typescript/no-invalid-void-type -- a function without a return is one without an output
  steps(context: StepsContext<Input, Variables, Variable, Secret>): Output | void;
}

const workflowIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * Defines a workflow in TypeScript. The result is the same data as the same workflow in a `.o8.json` file: `steps` runs
 * once, now, and what it passes around are references, not values.
 *
 * @throws {TypeError} naming the workflow and the step, when the definition contradicts itself.
 */
export function defineWorkflow<
  Given = unknown,
  Input = unknown extends Given ? any : Given, // oxlint-disable-line typescript/no-explicit-any -- without a schema the input may be anything
  // oxlint-disable-next-line typescript/no-empty-object-type -- without variables there is nothing to refer to
  const Variables extends { readonly [name: string]: JsonValue } = {},
  Output extends JsonTemplate = never,
  const Variable extends string = never,
  const Secret extends string = never,
>(
  options: WorkflowOptions<Given, Input, Variables, Output, Variable, Secret>,
): WorkflowDefinition<Given, ValueOf<NoInfer<Output>>> {
  const {
    id,
    version,
    input,
    variables = {},
    policies = {},
    policySets = {},
    environment = [],
    secrets = [],
  } = options;
  if (!workflowIdPattern.test(id)) {
    throw new TypeError(`Cannot define workflow "${id}": an id must be letters, digits, ".", "_" and "-"`);
  }
  if (!isVersion(version))
    throw new TypeError(`Cannot define workflow "${id}": version must be semver such as "1.0.0"`);
  requireNames(id, environment, isVariableName, 'an environment variable: write letters, digits and "_"');
  requireNames(id, secrets, isSecretName, 'a secret: write letters, digits, "_", ".", "/" and "-"');
  const scope = Object.freeze({ workflowId: id });
  const builder = new WorkflowBuilder(scope, version, { env: environment, secrets, policySets });
  const root = <T>(name: ReferenceRoot): Ref<T> => createReference({ kind: "reference", root: name, path: [] }, scope);
  const output = options.steps({
    input: root("input"),
    variables: root("variables"),
    env: root("env"),
    secrets: root("secrets"),
    execution: root("execution"),
    workflow: root("workflow"),
    step: (stepId: string, step: AnyStepOptions) => builder.add(stepId, step),
    wait: (stepId: string, wait: AnyWaitOptions) => builder.addWait(stepId, wait),
  });
  const workflow = presentFields<Workflow>({
    kind: "workflow",
    version,
    metadata: metadataOf(options),
    input: input === undefined ? undefined : inputSchema(input, id),
    variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, plain(value)])),
    environment: canonicalNames(environment),
    secrets: canonicalNames(secrets),
    steps: builder.steps(),
    output: output === undefined ? undefined : builder.output(output),
    policies: builder.policies(policies),
  });
  if (workflow.steps.length === 0)
    throw new TypeError(`Cannot define workflow "${id}": it must have at least one step`);
  const { agents, workflows } = builder;
  return Object.freeze({
    workflow: deepFreeze(workflow),
    agents: Object.freeze(agents),
    workflows: Object.freeze(workflows),
  });
}

function requireNames(
  workflowId: string,
  names: readonly string[],
  isName: (name: string) => boolean,
  what: string,
): void {
  const unusable = names.find((name) => !isName(name));
  if (unusable === undefined) return;
  throw new TypeError(`Cannot define workflow "${workflowId}": "${unusable}" cannot name ${what}`);
}

function metadataOf({
  id,
  name = id,
  description,
  tags,
}: Pick<WorkflowMetadata, "id"> & Partial<WorkflowMetadata>): WorkflowMetadata {
  return presentFields<WorkflowMetadata>({ id, name, description, tags: tags && [...tags] });
}

function plain(value: unknown): JsonValue {
  return toJson(value, Number.POSITIVE_INFINITY).value;
}
