import { Linked, LinkedList } from "./linked-list.ts";

/** Where somebody stands in a {@link Line}. */
export class Place<Waiter> extends Linked {
  readonly waiter: Waiter;
  /** When it was taken, on the scale of `Clock.now()`. Set only where somebody wants to know. */
  joinedAt = 0;
  /** Ends the wait in time. Disposed of with the place. */
  timer: Disposable | undefined = undefined;

  constructor(waiter: Waiter) {
    super();
    this.waiter = waiter;
  }
}

/** Those who wait, first come first served, and how many there are. Anybody may leave from anywhere at once. */
export class Line<Waiter> {
  readonly #places = new LinkedList<Place<Waiter>>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  join(waiter: Waiter): Place<Waiter> {
    const place = new Place(waiter);
    this.#places.add(place);
    this.#length++;
    return place;
  }

  /** Gives up a place that is still taken. */
  leave(place: Place<Waiter>): void {
    place.unlink();
    place.timer?.[Symbol.dispose]();
    this.#length--;
  }

  /** The head of the line leaves it. */
  shift(): Place<Waiter> | undefined {
    const { first } = this.#places;
    if (first !== undefined) this.leave(first);
    return first;
  }
}
