import type { Clock } from "../lib/clock.ts";
import type { Entrance } from "./guard.ts";

/** The requests that a server is answering, and when it was last used. */
export class OpenRequests {
  readonly #clock: Clock;
  /** Of the requests whose connections can be told how long they may be idle. */
  readonly #entrances = new Map<Request, Entrance>();
  #open = 0;
  #wasBusy = false;
  #lastMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastMs = clock.now();
  }

  /** A request comes in. */
  begin(request: Request, entrance?: Entrance): void {
    this.#open++;
    if (entrance?.timeout !== undefined) this.#entrances.set(request, entrance);
  }

  /** The reply is a stream. Bun counts one that is only written to as idle. */
  streams(request: Request): void {
    this.#entrances.get(request)?.timeout?.(request, 0);
  }

  /** A request has its reply. */
  end(request: Request): void {
    this.#open--;
    this.#lastMs = this.#clock.now();
    this.#entrances.delete(request);
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
