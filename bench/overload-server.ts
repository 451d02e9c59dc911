import type { Random } from "orchestr8/resilience";
import type { VirtualClock } from "orchestr8/testing";

export interface ServerOptions {
  readonly workers: number;
  /** Milliseconds that a request keeps a worker busy, on average; exponentially distributed. */
  readonly service: number;
  /** How many requests may wait. Others are refused with a 503. */
  readonly maxQueue: number;
  /** The share of requests that end in a 503 after their work is done. */
  readonly faults: number;
}

interface Request {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A server as most are: first come first served, and it works for callers who have long gone, because it does not notice.
 * The caller does: its promise rejects when its signal aborts, as that of `fetch`.
 */
export class OverloadServer {
  /** Requests that have come. */
  requests = 0;
  /** How many times as long everything takes. */
  slowdown = 1;
  readonly #options: ServerOptions;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #queue: Request[] = [];
  #busy = 0;

  constructor(options: ServerOptions, clock: VirtualClock, random: Random) {
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
  }

  handle(signal: AbortSignal): Promise<void> {
    this.requests++;
    return new Promise((resolve, reject) => {
      if (this.#queue.length >= this.#options.maxQueue) return reject(unavailable());
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      this.#queue.push({ resolve, reject });
      this.#work();
    });
  }

  #work(): void {
    if (this.#busy === this.#options.workers) return;
    const request = this.#queue.shift();
    if (request === undefined) return;
    this.#busy++;
    this.#clock.timer(exponential(this.#options.service * this.slowdown, this.#random), () => {
      this.#busy--;
      if (this.#random() < this.#options.faults) request.reject(unavailable());
      else request.resolve();
      this.#work();
    });
  }
}

/** A time from one event to the next, where they come independently of each other. */
export function exponential(mean: number, random: Random): number {
  return -Math.log(1 - random()) * mean;
}

function unavailable(): Error {
  return Object.assign(new Error("Service unavailable"), { status: 503 });
}
