import type { Template, Workflow } from "../lib/workflow.ts";
import { buildStep } from "./build-step.ts";
import { deepFreeze, presentFields } from "./canonical.ts";
import { canonicalNames } from "./declared-names.ts";
import type { DocumentSource } from "./document-source.ts";
import { workflowPolicies } from "./policies.ts";
import { withSharedPolicySet } from "./policy-sets.ts";
import type { WorkflowDocument } from "./schema.ts";
import { parseTemplate } from "./template.ts";

/** The canonical, deeply frozen AST of a document in which no problem was found. */
export function buildWorkflow(document: WorkflowDocument, source: DocumentSource): Workflow {
  const positions = new Map(document.steps.map((step, index) => [step.id, index]));
  const { id, name, description, tags } = document.metadata;
  const { policySets = {}, policies = {} } = document;
  const workflow = presentFields<Workflow>({
    kind: "workflow",
    version: document.version,
    metadata: presentFields<Workflow["metadata"]>({ id, name, description, tags }),
    input: source.input,
    variables: source.variables,
    environment: canonicalNames(source.environment),
    secrets: canonicalNames(source.secrets),
    steps: document.steps.flatMap((step, index) => {
      const stepSource = source.steps[index];
      return stepSource === undefined
        ? []
        : [buildStep({ document: step, source: stepSource, policySets, targetTemplate }, positions)];
    }),
    output: source.output,
    policies: workflowPolicies(withSharedPolicySet(policies, policySets), targetTemplate),
  });
  return deepFreeze(workflow);
}

/** Its problems and references were reported when the document was read. */
function targetTemplate(target: string): Template {
  return parseTemplate(target, [], { report: () => undefined, references: [], expressions: [] });
}
