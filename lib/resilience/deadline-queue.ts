import type { Clock } from "../clock.ts";
import { Linked, LinkedList } from "./linked-list.ts";

/** Something whose time may run out. Times are on the scale of `Clock.now()`. */
export abstract class Timed extends Linked {
  deadline: number;
  /** Set only where somebody wants to know: a number with a fraction takes memory of its own. */
  startedAt = 0;
  /** Its own timer, when its limit is not that of the queue. */
  timer: Disposable | undefined = undefined;

  constructor(deadline: number) {
    super();
    this.deadline = deadline;
  }

  /** Its time is up. */
  abstract expire(): void;
}

/**
 * Watches any number of equal time limits with one timer: equal limits end in the order in which they began, so the first
 * one in line is always the next to end.
 */
export class DeadlineQueue {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #unref: boolean;
  readonly #waiting = new LinkedList<Timed>();
  #timer: Disposable | undefined;
  #isRestPlanned = false;

  constructor(clock: Clock, ms: number, unref: boolean) {
    this.#clock = clock;
    this.#ms = ms;
    this.#unref = unref;
  }

  /** Expires `timed` at its deadline, which is `ms` from now. */
  add(timed: Timed): void {
    this.#waiting.add(timed);
    if (this.#timer === undefined) this.#arm(this.#ms);
  }

  remove(timed: Timed): void {
    timed.unlink();
    if (this.#timer === undefined || this.#unref || this.#isRestPlanned || this.#waiting.first !== undefined) return;
    // Calls often follow each other at once, so the timer is kept for a moment rather than set anew for each.
    this.#isRestPlanned = true;
    this.#clock.timer(0, this.#rest);
  }

  /** Nothing came for a turn of the event loop: an armed timer would only keep the process alive. */
  readonly #rest = (): void => {
    this.#isRestPlanned = false;
    if (this.#waiting.first !== undefined) return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  };

  readonly #fire = (): void => {
    this.#timer = undefined;
    const now = this.#clock.now();
    let next = this.#waiting.first;
    while (next !== undefined && next.deadline <= now) {
      next.unlink();
      next.expire();
      next = this.#waiting.first;
    }
    // Something that expired may have added another one, and so armed the timer.
    if (next !== undefined && this.#timer === undefined) this.#arm(next.deadline - now);
  };

  #arm(ms: number): void {
    this.#timer = this.#clock.timer(ms, this.#fire, { unref: this.#unref });
  }
}
