import type { AnyAgent } from "../../lib/agents/agent.ts";
import type { AgentRegistry } from "../../lib/agents/registry.ts";
import type { Journal } from "../../lib/journal/journal.ts";
import type { Workflow } from "../../lib/workflow.ts";
import type { Operator } from "../read-operator.ts";
import type { Brought } from "./bring-agents.ts";

/** The workflows of an execution and of all that run below it. */
export async function readFamily(journal: Journal, executionId: string): Promise<readonly Workflow[]> {
  const children = await journal.list({ children: true, limit: Number.MAX_SAFE_INTEGER });
  const family = new Set([executionId]);
  // The newest come first, and a child is never older than its parent.
  for (const { executionId: id, parentId } of children.toReversed()) {
    if (parentId !== undefined && family.has(parentId)) family.add(id);
  }
  const workflows: Workflow[] = [];
  for (const id of family) {
    const stored = await journal.load(id);
    if (stored !== undefined) workflows.push(stored.workflow);
  }
  return workflows;
}

/**
 * Agents, workflows and secrets that stand in for those of an execution that is only to be ended: whatever is called waits until it
 * is stopped.
 */
export function standInsFor(family: readonly Workflow[]): Brought & Operator {
  const known = new Map(family.map((workflow) => [workflow.metadata.id, workflow]));
  const named = family.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === "workflow" && "id" in step.workflow ? [step.workflow.id] : [])),
  );
  const workflows = [...new Set(named)].map((id) => known.get(id) ?? idleWorkflow(id));
  return { agents: idleAgents, workflows, secrets: (name) => `stands in for ${name}` };
}

function idleAgent(id: string): AnyAgent {
  // What it would be called with is not known, so none of it is shown.
  const hidden = { "x-sensitive": true };
  return {
    id,
    version: "0.0.0",
    input: hidden,
    output: hidden,
    execute: (_input, _context, signal) => untilStopped(signal),
  };
}

function untilStopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

const idleAgents: AgentRegistry = {
  register: () => undefined,
  find: idleAgent,
  get: idleAgent,
  ids: () => [],
  versions: () => [],
  [Symbol.iterator]: () => [][Symbol.iterator](),
};

/** For a child that was never started. */
function idleWorkflow(id: string): Workflow {
  return {
    kind: "workflow",
    version: "0.0.0",
    metadata: { id, name: id },
    variables: {},
    steps: [
      {
        kind: "wait",
        id: "idle",
        dependencies: [],
        onError: "fail",
        policies: {},
        wait: { kind: "signal", name: "never" },
      },
    ],
    policies: {},
  };
}
