import type { BusEntry, EventBus, Subscription } from "../../lib/engine/event-bus.ts";
import { displayEntry } from "../../lib/journal/display.ts";
import { encodeEvent } from "./encode-event.ts";

export interface RecentEvent {
  readonly executionId: string;
  /** As it goes to readers. */
  readonly text: string;
}

/** Events as one piece of a stream. */
export interface EventPage {
  /** The position of the last one, or that which was asked about. */
  readonly end: number;
  /** In UTF-8. Shared by readers: nobody may write to it. */
  readonly bytes: Uint8Array;
}

export interface RecentEventsOptions {
  /** Tells this server's events from those of another, which readers may come back from. */
  readonly epoch: string;
  /** UTF-16 units of text that are kept, default 8 Mi. */
  readonly maxLength?: number;
}

/** Entries that may wait while the process does something else. */
const capacity = 100_000;

/**
 * The last events of all executions, each once for all readers: a reader is a position in here. Kept from the first reader
 * on. What is too old is dropped, and who needs it must look at how things stand instead.
 */
export class RecentEvents {
  readonly #bus: EventBus;
  readonly #epoch: string;
  readonly #maxLength: number;
  readonly #readers = new Set<() => void>();
  #subscription: Subscription | undefined;
  #dropped = 0;
  #events: RecentEvent[] = [];
  #length = 0;
  readonly #encoder = new TextEncoder();
  #lastPage: { readonly start: number; readonly page: EventPage } | undefined;
  /** How many have come; the position of the last one. */
  position = 0;

  constructor(bus: EventBus, { epoch, maxLength = 8 * 1_024 * 1_024 }: RecentEventsOptions) {
    this.#bus = bus;
    this.#epoch = epoch;
    this.#maxLength = maxLength;
  }

  /** Calls `wake` when there is more, from now on. */
  watch(wake: () => void): Disposable {
    this.#subscription ??= this.#bus.subscribe((entry) => this.#add(entry), { capacity });
    this.#readers.add(wake);
    return { [Symbol.dispose]: () => void this.#readers.delete(wake) };
  }

  /** At most `limit` events behind a position. Undefined when some of them are gone. */
  after(position: number, limit: number): readonly RecentEvent[] | undefined {
    const start = position - (this.position - this.#events.length);
    return start < 0 || position > this.position ? undefined : this.#events.slice(start, start + limit);
  }

  /** As {@link after}, encoded once for all readers that are at the same place. */
  page(position: number, limit: number): EventPage | undefined {
    const events = this.after(position, limit);
    if (events === undefined) return undefined;
    const end = position + events.length;
    if (this.#lastPage?.start === position && this.#lastPage.page.end === end) return this.#lastPage.page;
    const page = { end, bytes: this.#encoder.encode(events.map(({ text }) => text).join("")) };
    this.#lastPage = { start: position, page };
    return page;
  }

  /** A position as the id of an event. */
  idOf(position: number): string {
    return `${this.#epoch}-${position}`;
  }

  /** Undefined for an id of another server, or none at all. */
  positionOf(id: string): number | undefined {
    const [, epoch, position] = /^([\w-]{1,64})-(\d{1,15})$/.exec(id) ?? [];
    return epoch === this.#epoch ? Number(position) : undefined;
  }

  #add(entry: BusEntry): void {
    this.position++;
    if (this.#hasLost()) this.#forgetAll();
    const data = "event" in entry ? displayEntry(entry) : entry;
    const event = "event" in entry ? "entry" : "progress";
    const text = encodeEvent({ id: this.idOf(this.position), event, data });
    this.#events.push({ executionId: entry.executionId, text });
    this.#length += text.length;
    if (this.#length > this.#maxLength) this.#forgetOldest();
    for (const wake of this.#readers) wake();
  }

  /** Whether the bus dropped something: nobody can tell what, so nobody may go on from before. */
  #hasLost(): boolean {
    const before = this.#dropped;
    this.#dropped = this.#subscription?.droppedCount ?? before;
    return this.#dropped !== before;
  }

  #forgetAll(): void {
    this.#events = [];
    this.#length = 0;
  }

  /** A quarter at once: to take from the front of an array costs as much as the array is long. */
  #forgetOldest(): void {
    let count = 0;
    for (const { text } of this.#events) {
      if (this.#length <= (this.#maxLength * 3) / 4) break;
      this.#length -= text.length;
      count++;
    }
    this.#events = this.#events.slice(count);
  }
}
