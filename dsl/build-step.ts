import type {
  AgentReference,
  AgentStep,
  Compensation,
  ForEach,
  Repeat,
  Step,
  Template,
  Wait,
  WaitStep,
  WorkflowStep,
} from "../lib/workflow.ts";
import type { AgentCall } from "./agent-call.ts";
import { presentFields, stepOrderedDependencies } from "./canonical.ts";
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

/** The AST of a step in which no problem was found. */
export function buildStep(given: Given, positions: ReadonlyMap<string, number>): Step {
  const { wait, workflow } = given.document;
  const step =
    wait !== undefined ? waitStep(given, wait) : workflow ? workflowStep(given, workflow.id) : agentStep(given);
  return { ...step, dependencies: stepOrderedDependencies(step, positions) };
}

function agentStep(given: Given): AgentStep {
  return presentFields<AgentStep>({ kind: "agent", agent: agentReference(given.source.call), ...callFields(given) });
}

/** A file without a workflow is a problem, and so is a step that names neither. */
function workflowStep(given: Given, id = ""): WorkflowStep {
  const { child } = given.source;
  const workflow = child?.workflow === undefined ? { id } : { file: child.file, definition: child.workflow };
  return presentFields<WorkflowStep>({ kind: "workflow", workflow, ...callFields(given) });
}

function waitStep(given: Given, wait: NonNullable<StepDocument["wait"]>): WaitStep {
  return presentFields<WaitStep>({ kind: "wait", wait: buildWait(wait, given.source.time), ...commonFields(given) });
}

function commonFields({ document, source, policySets, targetTemplate }: Given) {
  const { id, name, description, dependencies = [], onError = "fail", fallbackStepId, policies = {} } = document;
  return {
    id,
    name,
    description,
    dependencies,
    condition: source.condition,
    onError,
    fallbackStepId,
    policies: stepPolicies(withPolicySet(policies, policySets), targetTemplate),
  };
}

function callFields(given: Given) {
  const { document, source } = given;
  return {
    ...commonFields(given),
    input: source.call.input,
    forEach: buildForEach(document, source),
    repeat: buildRepeat(document, source),
    output: toStepOutput(source.outputSchema, document.output?.redact),
    compensate: source.compensation && buildCompensation(source.compensation),
  };
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
  return presentFields<AgentReference>({ id: agent?.id ?? "", version: agent?.version, config });
}

function buildWait(wait: NonNullable<StepDocument["wait"]>, time: Template | undefined): Wait {
  if (wait.for !== undefined) return { kind: "duration", ms: parseWait(wait.for) };
  if (time !== undefined) return { kind: "until", time };
  const { signal = "", timeout } = wait;
  return { kind: "signal", name: signal, ...(timeout !== undefined && { timeoutMs: parseWait(timeout) }) };
}
