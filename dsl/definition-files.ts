import type { JsonValue } from "../lib/json.ts";
import type { FileWorkflow, Workflow } from "../lib/workflow.ts";
import type { AgentCatalog } from "./agent-catalog.ts";
import { compileDocument } from "./compile.ts";
import { printWorkflow } from "./print.ts";
import type { OpenedWorkflow, WorkflowFiles } from "./workflow-files.ts";

/** The files that are part of a workflow already, checked again with the agents there are now. */
export function definitionFiles(workflow: Workflow, agents?: AgentCatalog): WorkflowFiles {
  const children = new Map<string, FileWorkflow>();
  for (const step of workflow.steps) {
    if (step.kind === "workflow" && "definition" in step.workflow) children.set(step.workflow.file, step.workflow);
  }
  return {
    open(file): OpenedWorkflow {
      const child = children.get(file);
      if (child === undefined) return { code: "WORKFLOW_FILE", message: `The workflow holds no file "${file}"` };
      const { definition } = child;
      const document: JsonValue = JSON.parse(printWorkflow(definition));
      const { diagnostics, workflow: checked } = compileDocument(document, {
        file,
        agents,
        files: definitionFiles(definition, agents),
      });
      return { workflow: checked && definition, diagnostics, texts: new Map() };
    },
  };
}
