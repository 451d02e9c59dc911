import type { Recording } from "./recording.ts";

/** What a recording tells of the agents it called. */
export interface RecordedAgents {
  /** By id, as they were at the end. */
  readonly versions: ReadonlyMap<string, string>;
  /** Agents that a restart did not call again, since they must not be called twice. */
  readonly onlyOnce: ReadonlySet<string>;
}

export function versionsIn({ workflow, entries }: Recording): RecordedAgents {
  const versions = new Map<string, string>();
  const onlyOnce = new Set<string>();
  const interruptions = new Map<string, number>();
  for (const { event } of entries) {
    if (event.type === "execution.created" || event.type === "execution.resumed") {
      for (const [id, version] of Object.entries(event.agents ?? {})) versions.set(id, version);
    }
    if (event.type === "attempt.interrupted") {
      interruptions.set(event.stepId, (interruptions.get(event.stepId) ?? 0) + 1);
    }
    const hasFailed =
      event.type === "step.failed" || event.type === "item.failed" || event.type === "step.falling_back";
    // After many interruptions any step fails so; after one only such a step does.
    if (hasFailed && event.error.code === "STEP_INTERRUPTED" && interruptions.get(event.stepId) === 1) {
      const step = workflow.steps.find(({ id }) => id === event.stepId);
      if (step?.kind === "agent") onlyOnce.add(step.agent.id);
    }
  }
  return { versions, onlyOnce };
}
