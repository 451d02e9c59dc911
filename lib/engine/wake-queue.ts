import type { Clock } from "../clock.ts";
import { TimerHeap, type HeapTimer } from "../timer-heap.ts";

/** The wall is looked at this often at least, so that a clock that was set, or a machine that slept, delays no wait by more. */
const longestNapMs = 600_000;

/**
 * Waits for times on the wall: any number of them, behind one timer. Waits with the same time end in the order in which
 * they began.
 */
export class WakeQueue {
  readonly #clock: Clock;
  readonly #waits = new TimerHeap();
  #order = 0;
  #disposed = 0;
  #nap: { readonly until: number; readonly timer: Disposable } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `fire` once when the wall shows `at`, in milliseconds since the epoch, or soon when that has passed. */
  add(at: number, fire: () => void): Disposable {
    const wait: HeapTimer = { due: at, order: this.#order++, fire };
    this.#waits.push(wait);
    if (this.#nap === undefined || at < this.#nap.until) this.#sleep();
    return { [Symbol.dispose]: () => this.#dispose(wait) };
  }

  #dispose(wait: HeapTimer): void {
    if (wait.fire === undefined) return;
    wait.fire = undefined;
    this.#disposed++;
    if (this.#disposed * 2 <= this.#waits.length) return;
    this.#disposed = 0;
    this.#waits.compact();
    this.#sleep();
  }

  #sleep(): void {
    this.#nap?.timer[Symbol.dispose]();
    this.#nap = undefined;
    const { first } = this.#waits;
    if (first === undefined) return;
    const restMs = Math.min(Math.max(0, first.due - this.#clock.wall()), longestNapMs);
    this.#nap = { until: first.due, timer: this.#clock.timer(restMs, () => this.#look()) };
  }

  #look(): void {
    this.#nap = undefined;
    const now = this.#clock.wall();
    for (let wait = this.#waits.pop(now); wait !== undefined; wait = this.#waits.pop(now)) {
      const { fire } = wait;
      wait.fire = undefined;
      if (fire === undefined) this.#disposed--;
      else fire();
    }
    this.#sleep();
  }
}
