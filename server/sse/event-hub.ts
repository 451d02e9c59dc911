import type { BusEntry, EventBus } from "../../lib/engine/event-bus.ts";

/** Entries that may wait for the hub while the process does something else. Readers of executions lose none beyond them. */
const capacity = 100_000;

type Listener = (entry: BusEntry) => void;

/** Hands the events of executions to those who follow them: one subscription for all, and none while nobody follows. */
export class EventHub {
  readonly #bus: EventBus;
  readonly #followers = new Map<string, Set<Listener>>();
  #subscription: Disposable | undefined;

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  /** Calls `listener` with every entry of an execution from now on. */
  follow(executionId: string, listener: Listener): Disposable {
    const followers = this.#followers.get(executionId) ?? new Set<Listener>();
    this.#followers.set(executionId, followers.add(listener));
    this.#subscription ??= this.#bus.subscribe((entry) => this.#tell(entry), { capacity });
    return { [Symbol.dispose]: () => this.#leave(executionId, followers, listener) };
  }

  #tell(entry: BusEntry): void {
    for (const listener of this.#followers.get(entry.executionId) ?? []) listener(entry);
  }

  #leave(executionId: string, followers: Set<Listener>, listener: Listener): void {
    followers.delete(listener);
    if (followers.size === 0) this.#followers.delete(executionId);
    if (this.#followers.size > 0) return;
    this.#subscription?.[Symbol.dispose]();
    this.#subscription = undefined;
  }
}
