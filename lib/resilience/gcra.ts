/** How often calls may come. Durations in milliseconds. */
export interface Pace {
  readonly limit: number;
  readonly per: number;
  readonly burst: number;
}

/** How many keys are looked at when a new one comes: enough to shrink the map, few enough to cost next to nothing. */
const sweepLength = 8;

/**
 * The generic cell rate algorithm: all it knows of a key is when its debt will be paid off, where every call adds
 * `per / limit` and no call is let in while more than `burst - 1` calls' worth is due.
 *
 * Times are kept in units of `1 / limit` milliseconds, which makes them whole numbers wherever `per` and the clock are:
 * no rounding adds up, and what `delay` says is exact.
 */
export class Gcra {
  readonly #pace: Pace;
  readonly #maxKeys: number;
  /** When the debt of each key is paid off, in the order in which sweeps come to them. */
  readonly #paidOff = new Map<string, number>();

  constructor(pace: Pace, maxKeys: number) {
    this.#pace = pace;
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#paidOff.size;
  }

  /** Milliseconds until a call may come, 0 when it may now, if `ahead` other calls come first as soon as they may. */
  delay(key: string, now: number, ahead: number): number {
    const { limit, per, burst } = this.#pace;
    const paidOff = Math.max(this.#paidOff.get(key) ?? -Infinity, now * limit) + ahead * per;
    return Math.max(0, (paidOff - (burst - 1) * per - now * limit) / limit);
  }

  /** Counts a call that came `now`. */
  take(key: string, now: number): void {
    const { limit, per } = this.#pace;
    const paidOff = this.#paidOff.get(key);
    if (paidOff === undefined) this.#sweep(now * limit);
    this.#paidOff.set(key, Math.max(paidOff ?? -Infinity, now * limit) + per);
  }

  /** Drops keys without debt, which are as good as unknown, and the one with the least debt if there is no room. */
  #sweep(now: number): void {
    let spare: string | undefined;
    let least = Infinity;
    const looked = [...firsts(this.#paidOff, sweepLength)];
    for (const [key, paidOff] of looked) {
      this.#paidOff.delete(key);
      if (paidOff <= now) continue;
      this.#paidOff.set(key, paidOff);
      if (paidOff >= least) continue;
      least = paidOff;
      spare = key;
    }
    if (this.#paidOff.size >= this.#maxKeys && spare !== undefined) this.#paidOff.delete(spare);
  }
}

function* firsts<Item>(items: Iterable<Item>, count: number): Iterable<Item> {
  let index = 0;
  for (const item of items) {
    if (index++ === count) return;
    yield item;
  }
}
