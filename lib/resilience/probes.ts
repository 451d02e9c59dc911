interface Probe {
  readonly admission: number;
  readonly leaseEnds: number;
}

/** The calls that a half-open circuit lets through. Each holds a place until it ends, or its lease does. */
export class Probes {
  readonly #places: number;
  readonly #lease: number;
  #underWay: readonly Probe[] = [];
  #successes = 0;

  constructor(places: number, lease: number) {
    this.#places = places;
    this.#lease = lease;
  }

  get isIdle(): boolean {
    return this.#underWay.length === 0;
  }

  /** Gives a probe a place, if there is one. Leases that have ended make room only now. */
  admit(admission: number, now: number): boolean {
    if (!this.isIdle) this.#underWay = this.#underWay.filter((probe) => probe.leaseEnds > now);
    if (!this.#hasPlace()) return false;
    this.#underWay = [...this.#underWay, { admission, leaseEnds: now + this.#lease }];
    return true;
  }

  /** Until the first lease ends, if all places are taken. */
  untilFree(now: number): number {
    if (this.#hasPlace()) return 0;
    const leaseEnds = this.#underWay.reduce((first, probe) => Math.min(first, probe.leaseEnds), Infinity);
    return Math.max(0, leaseEnds - now);
  }

  /** Frees the place of a probe that has ended. Returns whether it still had one. */
  leave(admission: number): boolean {
    const others = this.#underWay.filter((probe) => probe.admission !== admission);
    if (others.length === this.#underWay.length) return false;
    this.#underWay = others;
    return true;
  }

  /** Counts a success, whose place stays taken. Returns whether it was the last one needed. */
  succeed(): boolean {
    return ++this.#successes >= this.#places;
  }

  clear(): void {
    this.#underWay = [];
    this.#successes = 0;
  }

  #hasPlace(): boolean {
    return this.#underWay.length + this.#successes < this.#places;
  }
}
