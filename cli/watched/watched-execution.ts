import type { EventBus } from "../../lib/engine/event-bus.ts";
import type { ExecutionView } from "../../lib/engine/view.ts";

/** An execution that somebody looks at: of this process, or one that a server tells about. */
export interface WatchedExecution {
  readonly id: string;
  /** How it stands now. Undefined until something was heard of it. */
  view(): ExecutionView | undefined;
}

/** Where a display hears what happens in an execution and those that it runs as steps. */
export type WatchedEvents = Pick<EventBus, "subscribe">;
