import { type Clock, sleep } from "../clock.ts";
import { TimerHeap, type HeapTimer } from "../timer-heap.ts";

/** A clock that stands still until a test moves it. Its timers never keep the process alive. */
export class VirtualClock implements Clock {
  readonly #timers = new TimerHeap();
  #now = 0;
  #armed = 0;
  #pending = 0;
  #sleeping = 0;
  /** What the wall showed, less the time that `now()` did. */
  #wallOffset: number;

  /** `wall` is the time on the wall at the start, default 2000-01-01T00:00:00Z. */
  constructor({ wall = 946_684_800_000 }: { readonly wall?: number } = {}) {
    this.#wallOffset = wall;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#wallOffset + this.#now;
  }

  /** Timers that are armed and neither fired nor disposed. */
  get pending(): number {
    return this.#pending;
  }

  /** Calls of {@link sleep} that go on. */
  get sleeping(): number {
    return this.#sleeping;
  }

  /** Jumps the wall clock, as an operator or NTP does. Monotonic time and timers do not notice. */
  setWall(ms: number): void {
    this.#wallOffset = ms - this.#now;
  }

  /** Resolves after `ms` on this clock; rejects with the reason of `signal` when that aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.#sleeping++;
    const slept = sleep(this, ms, signal);
    const end = (): void => void this.#sleeping--;
    slept.then(end, end);
    return slept;
  }

  timer(ms: number, fire: () => void): Disposable {
    if (Number.isNaN(ms)) throw new RangeError("Cannot arm timer: ms must be a number, got NaN");
    const timer: HeapTimer = { due: this.#now + Math.max(0, ms), order: this.#armed++, fire };
    this.#timers.push(timer);
    this.#pending++;
    return { [Symbol.dispose]: () => this.#disarm(timer) };
  }

  /**
   * Moves time on by `ms` and fires what becomes due on the way, timers armed meanwhile included: in the order of time,
   * and of arming where times are equal. Continuations run to their end before the first timer and after each one.
   * Rejects with what a timer throws, at the time of that timer.
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Infinity))
      throw new RangeError(`Cannot advance clock: ms must be finite and >= 0, got ${ms}`);
    const end = this.#now + ms;
    await continuationsToRun();
    for (let next = this.#timers.pop(end); next !== undefined; next = this.#timers.pop(end)) {
      this.#now = Math.max(this.#now, next.due);
      const { fire } = next;
      this.#disarm(next);
      fire?.();
      if (fire !== undefined) await continuationsToRun();
    }
    this.#now = Math.max(this.#now, end);
  }

  /**
   * Moves time on to the next timer, fires it, and lets continuations run to their end. False when no timer is armed.
   * Rejects with what the timer throws.
   */
  async next(): Promise<boolean> {
    let timer = this.#timers.pop(Number.MAX_VALUE);
    while (timer !== undefined && timer.fire === undefined) timer = this.#timers.pop(Number.MAX_VALUE);
    if (timer?.fire === undefined) return false;
    const { fire } = timer;
    this.#now = Math.max(this.#now, timer.due);
    this.#disarm(timer);
    fire();
    await continuationsToRun();
    return true;
  }

  #disarm(timer: HeapTimer): void {
    if (timer.fire === undefined) return;
    timer.fire = undefined;
    this.#pending--;
  }
}

/** A turn of the event loop, which begins when no microtask is left. Waits for no time: it only lets promises run. */
function continuationsToRun(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
