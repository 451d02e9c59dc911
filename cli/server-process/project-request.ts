import { workflowHash } from "../../lib/workflow-hash.ts";
import { withFileWorkflows } from "../../lib/workflow-reference.ts";
import type { Workflow } from "../../lib/workflow.ts";
import type { StartRequest } from "../../server/client/client.ts";
import type { LoadedFile } from "../load.ts";
import type { RunningServer } from "./find-server.ts";

/** A workflow, and the file that it was loaded from. */
export interface WorkflowSource {
  readonly loaded: LoadedFile;
  readonly workflow: Workflow;
}

/**
 * What may be sent to a server that has loaded the very same project: the id of a workflow that it has itself, or the text of a
 * file that calls its agents, never the path of code. `fingerprint` is that of the project's files as they are now.
 */
export async function requestOfProject(
  { state, client }: RunningServer,
  { loaded, workflow }: WorkflowSource,
  fingerprint: string,
): Promise<StartRequest | undefined> {
  if (state.fingerprint !== fingerprint) return undefined;
  const { workflows } = await client.workflows();
  const registered = workflows.find(({ id }) => id === workflow.metadata.id);
  if (registered?.hash === workflowHash(workflow)) return { workflowId: registered.id };
  const isText = loaded.origin === undefined && withFileWorkflows(workflow).length === 1;
  return isText && loaded.text !== "" ? { source: loaded.text } : undefined;
}
