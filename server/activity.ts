import type { Clock } from "../lib/clock.ts";

/** Keeps when a server was last used. */
export class Activity {
  readonly #clock: Clock;
  #open = 0;
  #wasBusy = false;
  #lastMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastMs = clock.now();
  }

  /** A request comes in. */
  begin(): void {
    this.#open++;
  }

  /** A request is over. */
  end(): void {
    this.#open--;
    this.#lastMs = this.#clock.now();
  }

  /**
   * Milliseconds without a request. `isBusy` says whether there is other work now; nobody tells when that ends, so it counts
   * up to the first time that it is found to have ended.
   */
  idleMs(isBusy: boolean): number {
    if (isBusy || this.#wasBusy || this.#open > 0) this.#lastMs = this.#clock.now();
    this.#wasBusy = isBusy;
    return this.#clock.now() - this.#lastMs;
  }
}
