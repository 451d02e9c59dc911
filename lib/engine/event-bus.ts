import type { JsonValue } from "../json.ts";
import type { JournalEntry } from "./events.ts";

/** How far a step is, as its agent says. Not part of the journal. */
export interface ProgressNote {
  readonly executionId: string;
  readonly stepId: string;
  readonly progress: JsonValue;
}

export type BusEntry = JournalEntry | ProgressNote;
export type BusListener = (entry: BusEntry) => void;

export interface Subscription extends Disposable {
  /** Entries this subscriber lost because it fell more than the bound behind. */
  readonly droppedCount: number;
}

export interface EventBus {
  /**
   * Calls `listener` with every entry from now on, in order, soon after it was recorded. At most `capacity` entries wait for
   * it, as many as the bus was made for by default.
   */
  subscribe(listener: BusListener, options?: { readonly capacity?: number }): Subscription;
  /** Entries lost over all subscribers, past and present. */
  readonly droppedCount: number;
}

/**
 * Tells observers what happens, and only observers: entries are delivered in a later task, so a slow or throwing listener
 * never holds up a step. Each subscriber has a queue of its capacity; when it is full the oldest entry is dropped and
 * counted. The journal has every entry all the same.
 */
export class BoundedEventBus implements EventBus {
  readonly #capacity: number;
  readonly #defer: (deliver: () => void) => void;
  /** Made once: each entry that is published may ask for it. */
  readonly #deliverAll = (): void => this.#deliver();
  readonly #onListenerError: (error: unknown) => void;
  readonly #subscribers = new Set<Subscriber>();
  #isDue = false;
  droppedCount = 0;

  constructor(options: {
    readonly capacity: number;
    readonly defer: (deliver: () => void) => void;
    readonly onListenerError: (error: unknown) => void;
  }) {
    if (!Number.isInteger(options.capacity) || options.capacity < 1) {
      throw new RangeError(`Cannot create event bus: capacity must be an integer >= 1, got ${options.capacity}`);
    }
    this.#capacity = options.capacity;
    this.#defer = options.defer;
    this.#onListenerError = options.onListenerError;
  }

  get hasSubscribers(): boolean {
    return this.#subscribers.size > 0;
  }

  subscribe(listener: BusListener, { capacity = this.#capacity }: { readonly capacity?: number } = {}): Subscription {
    const subscriber = new Subscriber(listener, capacity, (gone) => this.#subscribers.delete(gone));
    this.#subscribers.add(subscriber);
    return subscriber;
  }

  publish(entry: BusEntry): void {
    if (this.#subscribers.size === 0) return;
    for (const subscriber of this.#subscribers) this.droppedCount += subscriber.offer(entry);
    if (this.#isDue) return;
    this.#isDue = true;
    this.#defer(this.#deliverAll);
  }

  #deliver(): void {
    this.#isDue = false;
    for (const subscriber of this.#subscribers) subscriber.deliver(this.#onListenerError);
  }
}

class Subscriber implements Subscription {
  readonly #listener: BusListener;
  readonly #capacity: number;
  readonly #onDispose: (self: Subscriber) => void;
  #entries: BusEntry[] = [];
  #oldest = 0;
  droppedCount = 0;

  constructor(listener: BusListener, capacity: number, onDispose: (self: Subscriber) => void) {
    this.#listener = listener;
    this.#capacity = capacity;
    this.#onDispose = onDispose;
  }

  /** Queues an entry and says how many were dropped for it: 0 or 1. A full queue becomes a ring. */
  offer(entry: BusEntry): number {
    if (this.#entries.length < this.#capacity) {
      this.#entries.push(entry);
      return 0;
    }
    this.#entries[this.#oldest] = entry;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
    this.droppedCount++;
    return 1;
  }

  deliver(onListenerError: (error: unknown) => void): void {
    const entries = this.#entries;
    const oldest = this.#oldest;
    this.#entries = [];
    this.#oldest = 0;
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[(oldest + index) % entries.length];
      if (entry === undefined) continue;
      try {
        this.#listener(entry);
      } catch (error) {
        onListenerError(error);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#entries = [];
    this.#onDispose(this);
  }
}
