import type { AgentReference, AgentStep, Template, Workflow } from "../lib/workflow.ts";
import { deepFreeze, presentFields, stepOrderedDependencies } from "./canonical.ts";
import type { DocumentSource } from "./document-source.ts";
import { stepPolicies, workflowPolicies } from "./policies.ts";
import type { StepDocument, WorkflowDocument } from "./schema.ts";
import type { StepSource } from "./step-source.ts";
import { parseTemplate } from "./template.ts";

/** The canonical, deeply frozen AST of a document in which no problem was found. */
export function buildWorkflow(document: WorkflowDocument, source: DocumentSource): Workflow {
  const positions = new Map(document.steps.map((step, index) => [step.id, index]));
  const { id, name, description, tags } = document.metadata;
  const workflow = presentFields<Workflow>({
    kind: "workflow",
    version: document.version,
    metadata: presentFields<Workflow["metadata"]>({ id, name, description, tags }),
    input: source.input,
    variables: source.variables,
    steps: document.steps.flatMap((step, index) => {
      const stepSource = source.steps[index];
      return stepSource === undefined ? [] : [buildStep(step, stepSource, positions)];
    }),
    output: source.output,
    policies: workflowPolicies(document.policies ?? {}, targetTemplate),
  });
  return deepFreeze(workflow);
}

function buildStep(document: StepDocument, source: StepSource, positions: ReadonlyMap<string, number>): AgentStep {
  const { id, name, description, agent } = document;
  const step = presentFields<AgentStep>({
    kind: "agent",
    id,
    name,
    description,
    agent: presentFields<AgentReference>({ id: agent.id, version: agent.version, config: source.config }),
    input: source.input,
    dependencies: document.dependencies ?? [],
    condition: source.condition,
    onError: document.onError ?? "fail",
    fallbackStepId: document.fallbackStepId,
    policies: stepPolicies(document.policies ?? {}, targetTemplate),
  });
  return { ...step, dependencies: stepOrderedDependencies(step, positions) };
}

/** Its problems and references were reported when the document was read. */
function targetTemplate(target: string): Template {
  return parseTemplate(target, [], { report: () => undefined, references: [] });
}
