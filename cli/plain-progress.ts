import { sleep } from "../lib/clock.ts";
import type { BusEntry } from "../lib/engine/event-bus.ts";
import { isTerminal } from "../lib/engine/state.ts";
import type { CliContext } from "./context.ts";
import { describeEvent } from "./describe-event.ts";
import type { Messages } from "./messages.ts";
import type { Progress } from "./progress.ts";
import { summarize } from "./summarize.ts";
import { terminalText } from "./terminal-text.ts";
import type { WatchedEvents, WatchedExecution } from "./watched/watched-execution.ts";

/** A line for each transition, where lines cannot be taken back. Those of a child begin with its workflow. */
export function createPlainProgress(events: WatchedEvents, messages: Messages, { clock }: CliContext): Progress {
  let root: WatchedExecution | undefined;
  const workflowIds = new Map<string, string>();
  const labelOf = (entry: BusEntry): string => {
    if ("event" in entry && entry.event.type === "execution.created" && entry.event.parent !== undefined) {
      workflowIds.set(entry.executionId, entry.event.workflowId);
    }
    if (entry.executionId === root?.id) return "";
    return `${terminalText(workflowIds.get(entry.executionId) ?? entry.executionId)}: `;
  };
  const subscription = events.subscribe((entry) => {
    const label = labelOf(entry);
    const line = describeEvent(entry);
    if (line !== undefined) messages.log(label + line);
  });
  return {
    watch: (execution) => (root = execution),
    note: (text) => messages.log(text),
    async finish() {
      // The bus delivers in a later task than the one in which the run ended.
      await sleep(clock, 0);
      subscription[Symbol.dispose]();
      if (subscription.droppedCount > 0) messages.log(`${subscription.droppedCount} events were too many to show`);
      const view = root?.view();
      if (view !== undefined && isTerminal(view.status)) messages.log(summarize(view));
    },
  };
}
