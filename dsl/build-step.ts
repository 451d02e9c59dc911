import type {
  AgentReference,
  AgentStep,
  Compensation,
  ForEach,
  Repeat,
  Step,
  StepPolicies,
  Template,
  Wait,
  WaitStep,
  WorkflowStep,
} from "../lib/workflow.ts";
import type { AgentCall } from "./agent-call.ts";
import { inStepOrder, presentFields } from "./canonical.ts";
import { parseDuration, parseWait } from "./duration.ts";
import { stepPolicies } from "./policies.ts";
import { type PolicySets, withPolicySet } from "./policy-sets.ts";
import type { StepDocument } from "./schema.ts";
import { toStepOutput } from "./step-output.ts";
import type { StepSource } from "./step-source.ts";

interface Given {
  readonly document: StepDocument;
  readonly source: StepSource;
  readonly policySets: PolicySets;
  readonly targetTemplate: (target: string) => Template;
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

/** The AST of a step in which no problem was found. `indexOf` orders what it waits for. */
export function buildStep(given: Given, indexOf: (stepId: string) => number): Step {
  const { wait, workflow } = given.document;
  const dependencies = inStepOrder(
    given.source.edges.map(({ id }) => id),
    indexOf,
  );
  if (wait !== undefined) return waitStep(given, wait, dependencies);
  return workflow ? workflowStep(given, workflow.id, dependencies) : agentStep(given, dependencies);
}

function agentStep(given: Given, dependencies: readonly string[]): AgentStep {
  const { document, source } = given;
  const { id, onError = "fail" } = document;
  const { call } = source;
  const policies = buildPolicies(given);
  const agent = agentReference(call);
  const step: Mutable<AgentStep> = { kind: "agent", id, dependencies, onError, policies, agent, input: call.input };
  addOptions(step, document, source);
  addCallOptions(step, document, source);
  return step;
}

/** A file without a workflow is a problem, and so is a step that names neither. */
function workflowStep(given: Given, workflowId = "", dependencies: readonly string[]): WorkflowStep {
  const { document, source } = given;
  const { id, onError = "fail" } = document;
  const { call, child } = source;
  const workflow =
    child?.workflow === undefined ? { id: workflowId } : { file: child.file, definition: child.workflow };
  const policies = buildPolicies(given);
  const step: Mutable<WorkflowStep> = {
    kind: "workflow",
    id,
    dependencies,
    onError,
    policies,
    workflow,
    input: call.input,
  };
  addOptions(step, document, source);
  addCallOptions(step, document, source);
  return step;
}

function waitStep(given: Given, wait: NonNullable<StepDocument["wait"]>, dependencies: readonly string[]): WaitStep {
  const { document, source } = given;
  const { id, onError = "fail" } = document;
  const step: Mutable<WaitStep> = {
    kind: "wait",
    id,
    dependencies,
    onError,
    policies: buildPolicies(given),
    wait: buildWait(wait, source.time),
  };
  addOptions(step, document, source);
  return step;
}

const noPolicies: StepPolicies = Object.freeze({});

function buildPolicies({ document: { policies }, policySets, targetTemplate }: Given): StepPolicies {
  return policies === undefined ? noPolicies : stepPolicies(withPolicySet(policies, policySets), targetTemplate);
}

/** What any step may have. Fields are added one by one, as copying them takes most of the time of building a step. */
function addOptions(step: Mutable<Step>, document: StepDocument, { condition }: StepSource): void {
  const { name, description, fallbackStepId } = document;
  if (name !== undefined) step.name = name;
  if (description !== undefined) step.description = description;
  if (condition !== undefined) step.condition = condition;
  if (fallbackStepId !== undefined) step.fallbackStepId = fallbackStepId;
}

/** What a step that calls something may have. */
function addCallOptions(step: Mutable<AgentStep | WorkflowStep>, document: StepDocument, source: StepSource): void {
  const forEach = buildForEach(document, source);
  if (forEach !== undefined) step.forEach = forEach;
  const repeat = buildRepeat(document, source);
  if (repeat !== undefined) step.repeat = repeat;
  const output = toStepOutput(source.outputSchema, document.output?.redact);
  if (output !== undefined) step.output = output;
  if (source.compensation !== undefined) step.compensate = buildCompensation(source.compensation);
}

function buildForEach({ forEach }: StepDocument, { items }: StepSource): ForEach | undefined {
  if (forEach === undefined || items === undefined) return undefined;
  return presentFields<ForEach>({ items, maxConcurrency: forEach.maxConcurrency });
}

function buildRepeat({ repeat }: StepDocument, { until }: StepSource): Repeat | undefined {
  if (repeat === undefined || until === undefined) return undefined;
  const { maxIterations, delay } = repeat;
  return presentFields<Repeat>({
    until,
    maxIterations,
    delayMs: delay === undefined ? undefined : parseDuration(delay),
  });
}

function buildCompensation(call: AgentCall): Compensation {
  return { agent: agentReference(call), input: call.input };
}

/** A call without an agent is a problem, and a document with one is not built. */
function agentReference({ agent, config }: AgentCall): AgentReference {
  const { id = "", version } = agent ?? {};
  if (config !== undefined) return presentFields<AgentReference>({ id, version, config });
  return version === undefined ? { id } : { id, version };
}

function buildWait(wait: NonNullable<StepDocument["wait"]>, time: Template | undefined): Wait {
  if (wait.for !== undefined) return { kind: "duration", ms: parseWait(wait.for) };
  if (time !== undefined) return { kind: "until", time };
  const { signal = "", timeout } = wait;
  return { kind: "signal", name: signal, ...(timeout !== undefined && { timeoutMs: parseWait(timeout) }) };
}
