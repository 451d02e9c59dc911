import type { Clock } from "../../lib/clock.ts";
import type { BusEntry, BusListener, Subscription } from "../../lib/engine/event-bus.ts";
import type { ExecutionView } from "../../lib/engine/view.ts";
import type { WatchedEvent } from "../../server/client/client.ts";
import { ExecutionPicture } from "./execution-picture.ts";
import { missedEntries } from "./missed-entries.ts";
import type { WatchedEvents, WatchedExecution } from "./watched-execution.ts";

/**
 * An execution of another process, as a display watches one of its own. Whoever follows it hands over what is told of it,
 * such as each event of a client's `watch()`; between two events time passes by the clock of this process, so that clocks
 * need not agree.
 */
export class FollowedExecution implements WatchedExecution, WatchedEvents {
  readonly id: string;
  readonly #clock: Clock;
  readonly #listeners = new Set<BusListener>();
  #picture: ExecutionPicture | undefined;
  /** When the last event came, by `clock.now()`. */
  #toldAt = 0;

  constructor(id: string, clock: Clock) {
    this.id = id;
    this.#clock = clock;
  }

  /** Takes what was told, in order. Listeners hear of it before this returns. */
  take(event: WatchedEvent): void {
    switch (event.kind) {
      case "snapshot":
        return this.#show(event.execution);
      case "entry":
        this.#picture?.take(event.entry);
        this.#toldAt = this.#clock.now();
        return this.#tell(event.entry);
      case "progress":
        return this.#tell(event.note);
    }
  }

  view(): ExecutionView | undefined {
    return this.#picture?.view(this.#picture.elapsedMs + this.#clock.now() - this.#toldAt);
  }

  subscribe(listener: BusListener): Subscription {
    this.#listeners.add(listener);
    return { droppedCount: 0, [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  #show(view: ExecutionView): void {
    const missed = missedEntries(this.view(), view);
    this.#picture = new ExecutionPicture(view);
    this.#toldAt = this.#clock.now();
    for (const entry of missed) this.#tell(entry);
  }

  #tell(entry: BusEntry): void {
    for (const listener of this.#listeners) listener(entry);
  }
}
