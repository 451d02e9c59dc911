import type { BusEntry, BusListener, EventBus, Subscription } from "../../lib/engine/event-bus.ts";

/** The events of an execution on a server, for whoever shows those of this process. */
export class RelayedEvents implements EventBus {
  readonly #listeners = new Set<BusListener>();
  readonly droppedCount = 0;

  subscribe(listener: BusListener): Subscription {
    this.#listeners.add(listener);
    return { droppedCount: 0, [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  publish(entry: BusEntry): void {
    for (const listener of this.#listeners) listener(entry);
  }
}
