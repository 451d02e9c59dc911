import type { Tally } from "./tally.ts";
import type { WindowSnapshot } from "./window-snapshot.ts";
import type { CountWindow } from "./window-settings.ts";

/** The last calls, as a ring in which a new one takes the place of the oldest. */
export class CountTally implements Tally {
  readonly #window: CountWindow;
  /** 1 for a failure, 0 for a success. */
  readonly #ring: Uint8Array;
  #next = 0;
  #calls = 0;
  #failures = 0;

  constructor(window: CountWindow) {
    this.#window = window;
    this.#ring = new Uint8Array(window.size);
  }

  succeed(): boolean {
    this.#add(0);
    return false;
  }

  fail(): boolean {
    const { minimumCalls, failureRate } = this.#window;
    this.#add(1);
    // Divided rather than multiplied: 7 / 100 is 0.07, but 0.07 * 100 is more than 7.
    return this.#calls >= minimumCalls && this.#failures / this.#calls >= failureRate;
  }

  clear(): void {
    this.#next = 0;
    this.#calls = 0;
    this.#failures = 0;
  }

  snapshot(): WindowSnapshot {
    const start = this.#calls === this.#window.size ? this.#next : 0;
    const outcomes = [...this.#ring.subarray(start, this.#calls), ...this.#ring.subarray(0, start)];
    return { kind: "count", outcomes: outcomes.join("") };
  }

  restore(saved: WindowSnapshot): void {
    if (saved.kind !== "count") return;
    for (const outcome of saved.outcomes.slice(-this.#window.size)) this.#add(outcome === "1" ? 1 : 0);
  }

  #add(failure: 0 | 1): void {
    const { size } = this.#window;
    if (this.#calls === size) this.#failures -= this.#ring[this.#next] ?? 0;
    else this.#calls++;
    this.#ring[this.#next] = failure;
    this.#failures += failure;
    this.#next = this.#next + 1 === size ? 0 : this.#next + 1;
  }
}
