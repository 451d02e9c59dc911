import { workflowHash } from "../../lib/workflow-hash.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { loadProject, registerProject } from "./load-project.ts";
import { type OutputValues, showDiscovered } from "./show-discovered.ts";

/** The workflows that there are, and then what is wrong with the others. */
export async function listWorkflows(values: OutputValues, context: CliContext): Promise<ExitCode> {
  const project = await loadProject(context);
  const { problems } = registerProject(project);
  const listed = project.workflows.map(({ workflow, from }) => {
    const { metadata, version, steps } = workflow;
    const { id, name, description } = metadata;
    return { id, version, name, description, steps: steps.length, hash: workflowHash(workflow), from };
  });
  const rows = listed.map(({ id, version, name, from }) => [id, version, from, name]);
  const table = { head: ["WORKFLOW", "VERSION", "FROM", ""], rows, none: "No workflows" };
  return showDiscovered({ name: "workflows", listed, table, problems }, values, context);
}
