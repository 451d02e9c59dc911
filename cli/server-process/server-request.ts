import { withBuiltIns } from "../../lib/agents/with-built-ins.ts";
import { withFileWorkflows } from "../../lib/workflow-reference.ts";
import type { Workflow } from "../../lib/workflow.ts";
import type { StartRequest } from "../../server/client/client.ts";
import type { LoadedFile } from "../load.ts";

/** What may be sent to any server of this version: a file that means the same wherever it is read. */
export function requestOfFile(loaded: LoadedFile, workflow: Workflow): StartRequest | undefined {
  const isAlone = loaded.origin === undefined && withFileWorkflows(workflow).length === 1;
  return isAlone && callsBuiltIns(workflow) ? { source: loaded.text } : undefined;
}

function callsBuiltIns({ steps }: Workflow): boolean {
  const builtIns = withBuiltIns([]);
  return steps.every((step) => {
    if (step.kind === "wait") return true;
    const agents = [
      ...(step.kind === "agent" ? [step.agent] : []),
      ...(step.compensate ? [step.compensate.agent] : []),
    ];
    return step.kind === "agent" && agents.every(({ id }) => builtIns.find(id) !== undefined);
  });
}
