import { AgentNotFoundError } from "../errors.ts";
import type { Journal, StoredExecution } from "../journal/journal.ts";
import type { Launcher } from "./launcher.ts";
import { ReuseIndex } from "./reuse-index.ts";

/** How many earlier executions of a workflow are looked at for outputs to reuse, the newest first. */
const maxEarlier = 20;

/** What the last executions of a workflow completed. */
export async function indexEarlier(journal: Journal, launcher: Launcher, workflowId: string): Promise<ReuseIndex> {
  const index = new ReuseIndex();
  for (const { executionId } of await journal.list({ workflowId, children: true, limit: maxEarlier })) {
    const stored = await journal.load(executionId);
    if (stored !== undefined) addTo(index, launcher, stored);
  }
  return index;
}

/** What one execution completed. */
export function indexOf(launcher: Launcher, stored: StoredExecution): ReuseIndex {
  const index = new ReuseIndex();
  addTo(index, launcher, stored);
  return index;
}

function addTo(index: ReuseIndex, launcher: Launcher, stored: StoredExecution): void {
  try {
    index.add(launcher.prepare(stored.workflow), launcher.restore(stored));
  } catch (error) {
    // One whose agents are gone cannot be prepared: what it completed runs again.
    if (!(error instanceof AgentNotFoundError)) throw error;
  }
}
