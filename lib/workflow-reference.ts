import type { Workflow, WorkflowReference } from "./workflow.ts";

/** The id of the workflow that a step runs. */
export function workflowIdOf(reference: WorkflowReference): string {
  return "definition" in reference ? reference.definition.metadata.id : reference.id;
}

/** The workflows of files that the steps of a workflow run. */
export function fileWorkflows({ steps }: Workflow): readonly Workflow[] {
  return steps.flatMap((step) =>
    step.kind === "workflow" && "definition" in step.workflow ? [step.workflow.definition] : [],
  );
}

/** A workflow and all that are part of it, each object once. */
export function withFileWorkflows(workflow: Workflow): readonly Workflow[] {
  const found = new Set([workflow]);
  // A set visits what is added while it is walked.
  for (const known of found) for (const child of fileWorkflows(known)) found.add(child);
  return [...found];
}
