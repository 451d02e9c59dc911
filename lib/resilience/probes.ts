/** The calls that a half-open circuit lets through. Each holds a place until it ends, or its lease does. */
export class Probes {
  readonly #places: number;
  readonly #lease: number;
  /** When the lease of each admission ends. All are equally long, so the first one in ends first. */
  readonly #leases = new Map<number, number>();
  #successes = 0;

  constructor(places: number, lease: number) {
    this.#places = places;
    this.#lease = lease;
  }

  get isIdle(): boolean {
    return this.#leases.size === 0;
  }

  /** Gives a probe a place, if there is one. Leases that have ended make room only now. */
  admit(admission: number, now: number): boolean {
    for (const [other, ends] of this.#leases) {
      if (ends > now) break;
      this.#leases.delete(other);
    }
    if (!this.#hasPlace()) return false;
    this.#leases.set(admission, now + this.#lease);
    return true;
  }

  /** Until the first lease ends, if all places are taken. */
  untilFree(now: number): number {
    if (this.#hasPlace()) return 0;
    const [ends = Infinity] = this.#leases.values();
    return Math.max(0, ends - now);
  }

  /** Frees the place of a probe that has ended. Returns whether it still had one. */
  leave(admission: number): boolean {
    return this.#leases.delete(admission);
  }

  /** Counts a success, whose place stays taken. Returns whether it was the last one needed. */
  succeed(): boolean {
    return ++this.#successes >= this.#places;
  }

  clear(): void {
    this.#leases.clear();
    this.#successes = 0;
  }

  #hasPlace(): boolean {
    return this.#leases.size + this.#successes < this.#places;
  }
}
