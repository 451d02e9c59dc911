import { sleep } from "../lib/clock.ts";
import type { EventBus } from "../lib/engine/event-bus.ts";
import type { CliContext } from "./context.ts";
import { describeEvent } from "./describe-event.ts";
import type { Messages } from "./messages.ts";
import type { Progress } from "./progress.ts";

/** A line for each transition, where lines cannot be taken back. */
export function createPlainProgress(events: EventBus, messages: Messages, { clock }: CliContext): Progress {
  const subscription = events.subscribe((entry) => {
    const line = describeEvent(entry);
    if (line !== undefined) messages.log(line);
  });
  return {
    watch: () => undefined,
    note: (text) => messages.log(text),
    async finish() {
      // The bus delivers in a later task than the one in which the run ended.
      await sleep(clock, 0);
      subscription[Symbol.dispose]();
      if (subscription.droppedCount > 0) messages.log(`${subscription.droppedCount} events were too many to show`);
    },
  };
}
