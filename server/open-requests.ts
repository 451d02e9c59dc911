import type { Clock } from "../lib/clock.ts";
import type { Entrance } from "./guard.ts";

/** The requests that a server is answering, and when it was last used. */
export class OpenRequests {
  readonly #clock: Clock;
  #entrance: Entrance | undefined;
  #open = 0;
  #wasBusy = false;
  #lastMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastMs = clock.now();
  }

  /** A request comes in. */
  begin(entrance?: Entrance): void {
    this.#open++;
    this.#entrance = entrance;
  }

  /**
   * Where the last request came in. Whoever answers it asks at once, before another one can come: a table of all that are
   * open would cost each of them for the few that need it.
   */
  get entrance(): Entrance | undefined {
    return this.#entrance;
  }

  /** A request has its reply. */
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
