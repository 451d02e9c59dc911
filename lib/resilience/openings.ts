import type { Random } from "../clock.ts";
import type { Backoff } from "./backoff.ts";

/**
 * How often a circuit has opened in a row, and so for how long it does. The row ends when the circuit has stayed closed
 * for as long as it was open the last time. Times are on the scale of `Clock.now()`.
 */
export class Openings {
  readonly #duration: number | Backoff;
  readonly #random: Random;
  count = 0;
  /** The length of the last one. */
  lastFor = 0;
  /** When the last one is over or was: since when the circuit may be probed, or is closed. */
  until = 0;

  constructor(duration: number | Backoff, random: Random) {
    this.#duration = duration;
    this.#random = random;
  }

  /** Opens for as long as it is this one's turn to, or as long as the callee asked for. */
  begin(now: number, asked: number, wasClosed: boolean): void {
    if (wasClosed && now - this.until >= this.lastFor) this.clear();
    const own = this.#own();
    const heeded = Math.min(asked, maxAsked);
    this.count++;
    // Not Math.max: a callee may have asked for NaN.
    this.lastFor = heeded > own ? heeded : own;
    this.until = now + this.lastFor;
  }

  clear(): void {
    this.count = 0;
    this.lastFor = 0;
  }

  #own(): number {
    if (typeof this.#duration === "number") return this.#duration;
    const drawn = this.#duration({ attempt: this.count + 1, previousDelay: this.lastFor }, this.#random);
    // Open for no time at all would let every call be a probe.
    return drawn >= 1 ? drawn : 1;
  }
}

/** A callee's word may not disable it for days. */
const maxAsked = 3_600_000;
