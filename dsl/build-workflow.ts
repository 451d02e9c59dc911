import type { Template, Workflow } from "../lib/workflow.ts";
import { buildStep } from "./build-step.ts";
import { presentFields } from "./canonical.ts";
import { canonicalNames } from "./declared-names.ts";
import type { DocumentSource } from "./document-source.ts";
import { workflowPolicies } from "./policies.ts";
import { withSharedPolicySet } from "./policy-sets.ts";
import type { WorkflowDocument } from "./schema.ts";
import { parseTemplate, templateSink } from "./template.ts";

/**
 * The canonical AST of a document in which no problem was found. It is readonly for the TypeScript compiler;
 * data of it that agents are given is frozen when they are. Freezing all of it would take longer than building it.
 */
export function buildWorkflow(document: WorkflowDocument, source: DocumentSource): Workflow {
  const indexOf = (id: string): number => source.stepsById.get(id)?.index ?? source.steps.length;
  const { id, name, description, tags } = document.metadata;
  const { policySets = {}, policies = {} } = document;
  return presentFields<Workflow>({
    kind: "workflow",
    version: document.version,
    metadata: presentFields<Workflow["metadata"]>({ id, name, description, tags }),
    input: source.input,
    variables: source.variables,
    environment: canonicalNames(source.environment),
    secrets: canonicalNames(source.secrets),
    steps: document.steps.map((stepDocument, index) => {
      const step = source.steps[index];
      if (step === undefined) throw new Error(`Cannot build step ${index}: it was not read`);
      return buildStep({ document: stepDocument, source: step, policySets, targetTemplate }, indexOf);
    }),
    output: source.output,
    policies: workflowPolicies(withSharedPolicySet(policies, policySets), targetTemplate),
  });
}

/** Its problems and references were reported when the document was read. */
function targetTemplate(target: string): Template {
  return parseTemplate(
    target,
    [],
    templateSink(() => undefined),
  );
}
