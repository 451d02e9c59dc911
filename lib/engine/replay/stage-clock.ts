import type { Clock } from "../../clock.ts";

interface StageTimer {
  readonly due: number;
  readonly fire: () => void;
}

/** Time as a recording tells it. It stands wherever the replay sets it; timers fire when they are told to. */
export class StageClock implements Clock {
  readonly #createdAt: number;
  readonly #timers = new Set<StageTimer>();
  #now = 0;

  constructor(createdAt: number) {
    this.#createdAt = createdAt;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#createdAt + this.#now;
  }

  timer(ms: number, fire: () => void): Disposable {
    const timer = { due: this.#now + ms, fire };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => this.#timers.delete(timer) };
  }

  set(ms: number): void {
    this.#now = Math.max(this.#now, ms);
  }

  /** Fires the timer that is due first, if one is due within `toleranceMs`. */
  fireNext(toleranceMs: number): boolean {
    let first: StageTimer | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.due < first.due) first = timer;
    if (first === undefined || first.due > this.#now + toleranceMs) return false;
    this.#timers.delete(first);
    first.fire();
    return true;
  }

  clear(): void {
    this.#timers.clear();
  }
}
