import { foldAll } from "../../engine/fold.ts";
import { viewOf, type StepView } from "../../engine/view.ts";
import type { MemoryJournal } from "../../journal/memory-journal.ts";
import type { Plans } from "./history.ts";
import type { Recorder } from "./recorder.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** What an engine shows of an execution that runs in it is what the journal says. */
export async function compareLive(
  process: SimulatedProcess,
  { disk, plans, recorder }: { readonly disk: MemoryJournal; readonly plans: Plans; readonly recorder: Recorder },
): Promise<void> {
  if (!process.journal.isIdle) return;
  for (const [executionId, { length }] of recorder.commitOf) {
    const live = process.engine.get(executionId)?.view();
    // With fewer entries than the journal it has lost the execution, and does not know it yet.
    if (live === undefined || live.sequence < length) continue;
    if (live.sequence > length) {
      recorder.violation(executionId, `its engine is at #${live.sequence}, and the journal at #${length}`);
      continue;
    }
    const stored = await disk.load(executionId);
    const state = stored && foldAll(plans.of(stored.workflow), executionId, await disk.read(executionId));
    const told = state && viewOf(state, state.elapsedMs);
    if (told?.status !== live.status)
      recorder.violation(executionId, `it is shown as ${live.status}, and is ${told?.status}`);
    for (const [stepId, step] of Object.entries(live.steps)) {
      const shown = summary(step);
      const recorded = summary(told?.steps[stepId]);
      if (shown !== recorded) recorder.violation(executionId, `${stepId} is shown as ${shown}, and is ${recorded}`);
    }
  }
}

function summary(step: StepView | undefined): string {
  if (step === undefined) return "nothing";
  const { status, attempts, iteration, items } = step;
  return [status, attempts, iteration, items?.settled, items?.running].join(" ");
}
