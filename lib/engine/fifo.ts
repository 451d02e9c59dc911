/** An empty queue gives back what is above this. */
const maxEmptyPlaces = 1_024;

/**
 * A queue whose ends both cost constant time: a ring that doubles when it is full. A Map or an array would do, but a Map
 * remembers what was deleted from its front until it grows, and an array that empties takes new memory to be filled.
 */
export class Fifo<T> {
  #places: (T | undefined)[] = emptyPlaces();
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#places.length) this.#grow();
    this.#places[(this.#head + this.#length) & (this.#places.length - 1)] = item;
    this.#length++;
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#places[this.#head];
    this.#places[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#places.length - 1);
    this.#length--;
    if (this.#length === 0 && this.#places.length > maxEmptyPlaces) this.#shrink();
    return item;
  }

  #grow(): void {
    const places = [...this.#places.slice(this.#head), ...this.#places.slice(0, this.#head)];
    this.#head = 0;
    for (let added = places.length; added > 0; added--) places.push(undefined);
    this.#places = places;
  }

  #shrink(): void {
    this.#places = emptyPlaces();
    this.#head = 0;
  }
}

/** How many places a queue begins with, and keeps at least once it is empty: a power of two. */
function emptyPlaces<T>(): (T | undefined)[] {
  return [undefined, undefined, undefined, undefined];
}
